import { dirname } from 'node:path'
import { IsolatedRuntimeError, type ModulePaths } from '@isolated-runtime/protocol'
import { resolveByHook } from './hooks/call-hooks.ts'
import type { ResolveHook } from './hooks/hooks.ts'
import { MODULE_EXPORTS } from './module-exports.ts'
import type { PackageFile, PackageFiles } from './npm/package-files.ts'
import type { OwnImports } from './own-imports.ts'
import { combined } from './problems.ts'
import type { Source } from './read-source.ts'
import { findSpecifiers, scanSpecifiers, type Specifier } from './scan-specifiers.ts'
import { codeFrame, type SyntaxProblem } from './syntax-error.ts'
import { problemOf, type JsxTransform } from './transpile.ts'

/** What a specifier leads to where that is decided when it is packed. */
export type Target =
  | { readonly specifier: string; readonly kind: 'path'; readonly path: string }
  | { readonly specifier: string; readonly kind: 'package'; readonly file: PackageFile }
  | {
      readonly specifier: string
      readonly kind: 'none'
      readonly why: string
      /** Whether the run would find the same by itself. */
      readonly isPlainPath: boolean
    }

/** What the targets of specifiers are looked for in. */
export interface TargetOptions {
  readonly paths: ModulePaths
  readonly packages: PackageFiles
  readonly ownImports: OwnImports
  /** Whether a file of the guest is an ES module that says what those that require it get. */
  readonly isEsmWithModuleExports: (path: string) => boolean
  readonly resolve: ResolveHook | undefined
}

/**
 * What the specifiers of a file lead to. Those that are left to the time of the run are not among them: paths that
 * nobody has decided on.
 *
 * @throws `BUNDLE_MODULE_NOT_FOUND` for an `import` that leads nowhere; what is required may be within a `try`
 */
export async function targetsOf(source: Source, options: TargetOptions): Promise<readonly Target[]> {
  const targets: Target[] = []
  const refused = new Map<string, string>()
  for (const specifier of await scanSpecifiers(source, source.transform ?? {})) {
    const target = await targetOf(specifier, source, options)
    if (target?.kind === 'none' && specifier.isStatic) refused.set(specifier.text, target.why)
    if (target !== undefined && !(target.kind === 'none' && target.isPlainPath)) targets.push(target)
  }
  if (refused.size > 0) throw await notFound(source, source.transform ?? {}, refused)
  return targets
}

async function targetOf(
  { text: specifier, kind }: Specifier,
  { path: importer, realPath, settings }: Source,
  { paths, packages, ownImports, resolve, isEsmWithModuleExports }: TargetOptions,
): Promise<Target | undefined> {
  const decided = resolve === undefined ? undefined : await resolveByHook(resolve, specifier, importer)
  const mapped = decided === undefined ? ownImports.find(specifier, importer, kind) : undefined
  const wanted = decided ?? mapped ?? specifier
  const isPlain = decided === undefined && mapped === undefined
  const decider = mapped === undefined ? 'the hook "resolve"' : 'the "imports" of package.json'
  const whyOf = (why: string): string => (isPlain ? why : `${decider} gave '${wanted}': ${why}`)
  if (isPath(wanted)) {
    const path = paths.resolve(importer, wanted)
    if (!path.startsWith('/')) return { specifier, kind: 'none', why: whyOf(path), isPlainPath: isPlain }
    if (kind === 'require' && isEsmWithModuleExports(path))
      return { specifier, kind: 'path', path: `${path}${MODULE_EXPORTS}` }
    return isPlain ? undefined : { specifier, kind: 'path', path }
  }
  const path = isPlain ? mappedPath(settings?.mapped(specifier) ?? [], importer, paths) : undefined
  if (path !== undefined) return { specifier, kind: 'path', path }
  const found = await packages.forGuest(wanted, dirname(realPath), kind)
  if (found.kind === 'file') return { specifier, kind: 'package', file: found }
  if (found.kind === 'stand-in') return { specifier, kind: 'path', path: found.path }
  const why = found.kind === 'none' ? found.why : 'its package has nothing for guests'
  return { specifier, kind: 'none', why: whyOf(why), isPlainPath: false }
}

/** The file that a `tsconfig.json` maps a specifier to, if it is there. */
function mappedPath(candidates: readonly string[], importer: string, paths: ModulePaths): string | undefined {
  return candidates.map((path) => paths.resolve(importer, path)).find((path) => path.startsWith('/'))
}

function isPath(specifier: string): boolean {
  return /^(?:\/|\.{1,2}(?:\/|$))/.test(specifier)
}

async function notFound(
  source: Source,
  jsx: JsxTransform,
  refused: ReadonlyMap<string, string>,
): Promise<Error> {
  const found = await findSpecifiers(source, jsx, refused)
  const places = found.map(({ specifier, message }) => ({ specifier, ...problemOf(message) }))
  const lost = [...refused].filter(([specifier]) => !places.some((place) => place.specifier === specifier))
  const all = [...places, ...lost.map(([specifier, message]) => ({ specifier, message, line: 1, column: 1 }))]
  return combined(all.map(({ specifier, ...problem }) => moduleNotFound(source, specifier, problem)))
}

function moduleNotFound(
  { path, text }: Source,
  specifier: string,
  { message, line, column }: SyntaxProblem,
): IsolatedRuntimeError {
  const code = 'BUNDLE_MODULE_NOT_FOUND'
  const place = `${path}:${line}:${column}`
  const told = `Cannot find module '${specifier}' imported at ${place}: ${message}`
  return new IsolatedRuntimeError(code, `${told}\n\n${codeFrame(text, { message, line, column })}`, {
    problems: [{ code, message: `Cannot find module '${specifier}': ${message}`, file: path, line, column }],
  })
}
