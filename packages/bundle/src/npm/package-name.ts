import { namePattern } from '../name-pattern.ts'

/** A specifier such as `@acme/tax/vat`, taken apart. */
export interface PackageSpecifier {
  /** Such as `@acme/tax`. */
  readonly name: string
  /** What of it, in the words of `exports`: `.` or `./vat`. */
  readonly subpath: string
}

const SPECIFIER = /^((?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~_-][\w.~-]*)(?:\/(.*))?$/i

/** Takes the specifier of a package apart; `undefined` for what is none, such as `./x`, `#x` or `https://x`. */
export function parsePackageSpecifier(specifier: string): PackageSpecifier | undefined {
  const [, name, rest] = SPECIFIER.exec(specifier) ?? []
  if (name === undefined || name === 'node_modules') return undefined
  return { name, subpath: rest === undefined || rest === '' ? '.' : `./${rest}` }
}

/** Whether one of the patterns of `external` names the specifier, or the package that it is of. */
export function isAllowed(patterns: readonly string[], specifier: string): boolean {
  const name = parsePackageSpecifier(specifier)?.name
  return patterns.some((pattern) => {
    const expression = namePattern(pattern)
    return expression.test(specifier) || (name !== undefined && expression.test(name))
  })
}

/** Why a specifier is not that of a package. */
export function whyNoPackageName(specifier: string): string {
  const [, name] = /^((?:@[^/@]+\/)?[^/@]+)@[^/]*/.exec(specifier) ?? []
  if (name === undefined || parsePackageSpecifier(name) === undefined)
    return 'it is neither a path nor the name of a package'
  return `a version is no part of the name of a package; install that version and ask for '${name}'`
}
