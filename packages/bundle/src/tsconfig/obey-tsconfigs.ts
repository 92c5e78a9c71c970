import { posix } from 'node:path'
import type { SourceProblem } from '@isolated-runtime/protocol'
import type { Looked } from '../folder-walk.ts'
import type { Problems } from '../problems.ts'
import type { Source } from '../read-source.ts'
import { fileRefused } from '../refusals.ts'
import type { JsxTransform } from '../transpile.ts'
import { CompilerSettings } from './compiler-settings.ts'
import { readTsconfig } from './read-tsconfig.ts'

export interface ObeyOptions {
  /** Without one, nothing is read. */
  readonly guestFolder: string | undefined
  /** What JSX becomes where no `tsconfig.json` says it, or always. */
  readonly jsx: JsxTransform
  readonly isJsxFixed: boolean
  readonly problems: Problems
}

/** Files with how they are compiled, and what was looked at to find that out. */
export interface ObeyedTsconfigs {
  readonly sources: readonly Source[]
  readonly looked: readonly Looked[]
  readonly warnings: readonly SourceProblem[]
}

/** Gives each file what the nearest `tsconfig.json` of the folder says of it. */
export async function obeyTsconfigs(
  sources: readonly Source[],
  { guestFolder, jsx, isJsxFixed, problems }: ObeyOptions,
): Promise<ObeyedTsconfigs> {
  const looked: Looked[] = []
  const byDirectory = new Map<string, Promise<CompilerSettings | undefined>>()
  const read = async (folder: string, directory: string): Promise<CompilerSettings | undefined> => {
    const path = posix.join(directory, 'tsconfig.json')
    const tsconfig = await problems.collect(() => readTsconfig(folder, path, looked), undefined)
    if (tsconfig !== undefined) return new CompilerSettings(tsconfig)
    return directory === '/' ? undefined : settingsOf(folder, posix.dirname(directory))
  }
  const settingsOf = (folder: string, directory: string): Promise<CompilerSettings | undefined> => {
    const settings = byDirectory.get(directory) ?? read(folder, directory)
    byDirectory.set(directory, settings)
    return settings
  }
  const obeying: Source[] = []
  for (const source of sources) {
    const settings =
      guestFolder === undefined || source.language === 'json'
        ? undefined
        : await settingsOf(guestFolder, posix.dirname(source.path))
    if (settings !== undefined)
      await problems.collect(async () => refuseMetadata(source, settings), undefined)
    const transform = {
      ...((isJsxFixed ? undefined : settings?.jsx) ?? jsx),
      ...(settings !== undefined && { tsconfigRaw: settings.tsconfigRaw }),
    }
    obeying.push({ ...source, transform, ...(settings !== undefined && { settings }) })
  }
  const all = new Set(await Promise.all(byDirectory.values()))
  return { sources: obeying, looked, warnings: [...all].flatMap(unknownBases) }
}

function refuseMetadata({ path, text, language }: Source, settings: CompilerSettings): void {
  const isTypeScript = language === 'typescript' || language === 'tsx'
  if (!isTypeScript || !settings.needsMetadata(text)) return
  throw fileRefused(
    path,
    `it has decorators, and "emitDecoratorMetadata" in ${settings.tsconfig.path} asks for their types at run time, which are not known without compiling all of the program; compile it before, or leave that setting out`,
  )
}

function unknownBases(settings: CompilerSettings | undefined): SourceProblem[] {
  if (settings === undefined) return []
  const { path, unknown } = settings.tsconfig
  return unknown.map((base) => ({
    code: 'BUNDLE_FILE_REFUSED',
    message: `"extends" names "${base}", which is not a file of the folder: what it says is not obeyed`,
    file: path,
  }))
}
