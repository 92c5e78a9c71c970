import { IsolatedRuntimeError, type Bundle } from '@isolated-runtime/protocol'
import { isAllowed, parsePackageSpecifier } from './package-name.ts'

/** The name of the package in the path of its file: see `PackageLabels`. What stands in for Node.js is none. */
const PACKAGE = /^\/node_modules\/(?!\.)((?:@[^/]+\/)?[^/@]+)/
/** Of the place of a package without a version, where it is installed twice. */
const HASH = /-[0-9a-f]{8}$/

/**
 * Refuses a bundle with npm packages that somebody does not allow, whatever it was packed with.
 *
 * @param patterns as `PackOptions.external` has them
 * @param whose who allows no more, in words, such as `tenant "acme"`
 * @throws `BUNDLE_FILE_REFUSED` naming the packages and the files that import them
 */
export function refusePackages(
  { files }: Pick<Bundle, 'files'>,
  patterns: readonly string[],
  whose: string,
): void {
  const refused = Object.entries(files).flatMap(([path, file]) =>
    // What packages need themselves is theirs.
    file.kind !== 'commonjs' || path.startsWith('/node_modules/')
      ? []
      : Object.entries(file.imports ?? {})
          .map(([specifier, target]) => packageOf(specifier, target))
          .filter((wanted) => wanted !== undefined && !isAllowed(patterns, wanted))
          .map((wanted) => `"${wanted}" in "${path}"`),
  )
  if (refused.length === 0) return
  const allowed = patterns.length === 0 ? 'none' : patterns.map((pattern) => `"${pattern}"`).join(', ')
  throw new IsolatedRuntimeError(
    'BUNDLE_FILE_REFUSED',
    `The bundle imports ${refused.join(', ')}, the packages that ${whose} may use are: ${allowed}`,
  )
}

/** What a file asks for, whatever a hook or a stand-in made of the specifier; `undefined` for files of the guest. */
function packageOf(specifier: string, target: string): string | undefined {
  const name = PACKAGE.exec(target)?.[1]
  if (name === undefined) return undefined
  const asked = parsePackageSpecifier(specifier)?.name
  return asked === name || asked === name.replace(HASH, '') ? specifier : name
}
