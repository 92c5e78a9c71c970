import { escapePattern } from './name-pattern.ts'
import {
  createBundle,
  IsolatedRuntimeError,
  type BundleFile,
  type SourceProblem,
} from '@isolated-runtime/protocol'
import { exportedNames } from './exported-names.ts'
import { walkFolder } from './folder-walk.ts'
import { makeFiles, type MadeFiles } from './pack-files.ts'
import { filesOfWalk } from './pack-folder.ts'
import { parsePackOptions, type PackOptions } from './pack-options.ts'
import type { Source } from './read-source.ts'
import { figure } from './refusals.ts'
import { signaturesIn } from './signatures.ts'

/** What a folder of guest code is, and what is wrong with it. */
export interface FolderCheck {
  /** What keeps it from being packed, in the order of its files; empty if nothing does. */
  readonly problems: readonly SourceProblem[]
  /**
   * What a `require` in it asks for in vain: it fails when it is called, so that it can be tried. And what a
   * `tsconfig.json` extends that is not in the folder.
   */
  readonly warnings: readonly SourceProblem[]
  /** The id of the bundle that it makes; `undefined` if there are problems. */
  readonly id: string | undefined
  /** The names that each file exports, by the path to give as `file`, as far as they can be told without running it. */
  readonly exports: Readonly<Record<string, readonly string[]>>
  /**
   * What the functions among them take and give, where TypeScript or JSDoc in the file says so: such as
   * `(order: Order, rate?: number) => Promise<number>`, by file and name.
   */
  readonly signatures: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** How a folder is checked. */
export interface CheckOptions {
  /** How it would be packed, over what the client or the library packs with. */
  readonly packing?: PackOptions
}

/**
 * Does all of packing but keeping a bundle.
 *
 * @throws `FOLDER_NOT_FOUND`, `INVALID_OPTIONS`, `BUNDLE_HOOK_FAILED`; what else is wrong is told
 */
export async function checkFolder(folder: string, options: PackOptions = {}): Promise<FolderCheck> {
  const parsed = parsePackOptions(options)
  let made: MadeFiles
  try {
    made = await makeFiles(filesOfWalk(walkFolder(folder, parsed)), parsed)
  } catch (error) {
    return { problems: toldProblems(error), warnings: [], id: undefined, exports: {}, signatures: {} }
  }
  const { sources, files, error } = made
  const bundle = createBundle(files, parsed)
  const problems = [...(error?.problems ?? [])]
  if (bundle.bytes > parsed.maxBytes) problems.push(overLimit(bundle.bytes, parsed.maxBytes))
  return {
    problems,
    warnings: [...made.warnings, ...sources.flatMap((source) => missingIn(source, files[source.path]))],
    id: problems.length === 0 ? bundle.id : undefined,
    exports: exportedNames({ files }),
    signatures: Object.fromEntries(
      sources.flatMap(({ path, text, language }) => {
        const found = language === 'json' ? {} : signaturesIn(text)
        return Object.keys(found).length === 0 ? [] : [[path.slice(1), found]]
      }),
    ),
  }
}

function toldProblems(error: unknown): readonly SourceProblem[] {
  if (!(error instanceof IsolatedRuntimeError)) throw error
  if (error.problems.length > 0) return error.problems
  if (error.code !== 'BUNDLE_TOO_LARGE') throw error
  return [{ code: error.code, message: error.message }]
}

function overLimit(bytes: number, maxBytes: number): SourceProblem {
  const message = `As a bundle, its code comes to ${figure(bytes)} bytes; "maxBytes" is ${figure(maxBytes)}`
  return { code: 'BUNDLE_TOO_LARGE', message }
}

function missingIn({ path, text }: Source, file: BundleFile | undefined): SourceProblem[] {
  const missing = file?.kind === 'commonjs' ? Object.entries(file.missing ?? {}) : []
  return missing.map(([specifier, why]) => ({
    code: 'BUNDLE_MODULE_NOT_FOUND',
    message: `Cannot find module '${specifier}': ${why}`,
    file: path,
    ...placeOf(text, specifier),
  }))
}

/** Where a specifier first stands in quotes. */
function placeOf(text: string, specifier: string): { line: number; column: number } {
  const index = new RegExp(`(["'\`])${escapePattern(specifier)}\\1`).exec(text)?.index ?? 0
  const before = text.slice(0, index).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
