import type { Loader, Message } from 'esbuild'
import { isTransformFailure } from './esbuild/esbuild-process.ts'
import type { Esbuild } from './esbuild/load-esbuild.ts'
import { esbuild } from './esbuild/shared-esbuild.ts'
import type { Language } from './language.ts'
import type { Source } from './read-source.ts'
import { Remembered } from './remembered.ts'
import type { JsxTransform } from './transpile.ts'

/** A constant text that a file imports or requires. */
export interface Specifier {
  readonly text: string
  /** Whether it is of an `import` or `export … from`, without which the file cannot be loaded. */
  readonly isStatic: boolean
  /** Which of a package's `exports` it gets. */
  readonly kind: 'import' | 'require'
}

const LOADERS: Readonly<Record<Exclude<Language, 'json'>, Loader>> = {
  commonjs: 'js',
  esm: 'js',
  javascript: 'js',
  jsx: 'jsx',
  typescript: 'ts',
  tsx: 'tsx',
}

/** Code without any of these words asks for no other file. */
const ASKS = /\b(?:import|export|require)\b/
const remembered = new Remembered<readonly Specifier[]>(32 * 1024 * 1024)
const NONE_REFUSED: ReadonlyMap<string, string> = new Map()

type ScannedFile = Pick<Source, 'path' | 'text' | 'language'>

/** The specifiers of a file, each once; none if esbuild cannot read it: V8 may, but what it finds is found at run time. */
export async function scanSpecifiers(file: ScannedFile, jsx: JsxTransform): Promise<readonly Specifier[]> {
  if (!asks(file)) return []
  const { path, language, text } = file
  return remembered.get([path, language, JSON.stringify(jsx), text], () => scanAnew(file, jsx))
}

async function scanAnew(file: ScannedFile, jsx: JsxTransform): Promise<readonly Specifier[]> {
  const found = new Map<string, Specifier>()
  const errors = await scan(file, jsx, NONE_REFUSED, (specifier) => {
    // One specifier leads to one file: that of the import, where it is also required.
    const before = found.get(specifier.text)
    if (before === undefined || specifier.isStatic || before.kind === 'require')
      found.set(specifier.text, before?.isStatic === true ? before : specifier)
  })
  // What was found up to then may be any part of it.
  return errors === undefined ? [] : [...found.values()]
}

/** A static specifier where it first stands; the message, as esbuild tells it, is what it is refused for. */
export interface FoundSpecifier {
  readonly specifier: string
  readonly message: Message
}

/** Where some static specifiers are. */
export async function findSpecifiers(
  file: ScannedFile,
  jsx: JsxTransform,
  refused: ReadonlyMap<string, string>,
): Promise<readonly FoundSpecifier[]> {
  const errors = (await scan(file, jsx, refused, () => {})) ?? []
  const found = new Map<string, FoundSpecifier>()
  for (const message of errors) {
    const specifier: unknown = message.detail
    if (typeof specifier === 'string' && !found.has(specifier)) found.set(specifier, { specifier, message })
  }
  return [...found.values()]
}

/** JSX asks for its runtime in no word. */
function asks({ language, text }: ScannedFile): boolean {
  return language !== 'json' && (language === 'jsx' || language === 'tsx' || ASKS.test(text))
}

/** The errors of esbuild; `undefined` if it did not survive the text. */
async function scan(
  { path, text, language }: ScannedFile,
  jsx: JsxTransform,
  refused: ReadonlyMap<string, string>,
  onSpecifier: (specifier: Specifier) => void,
): Promise<readonly Message[] | undefined> {
  if (language === 'json') return []
  const loader = LOADERS[language]
  const start = async ({ build }: Esbuild): Promise<readonly Message[]> => {
    const { errors } = await build({
      tsconfigRaw: '{}',
      ...jsx,
      stdin: { contents: text, loader, sourcefile: path },
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'neutral',
      logLevel: 'silent',
      plugins: [
        {
          name: 'specifiers',
          setup: (esbuildBuild) =>
            esbuildBuild.onResolve({ filter: /(?:)/ }, (asked) => {
              const isStatic = asked.kind === 'import-statement'
              const isImport = isStatic || asked.kind === 'dynamic-import'
              onSpecifier({ text: asked.path, isStatic, kind: isImport ? 'import' : 'require' })
              const why = isStatic ? refused.get(asked.path) : undefined
              return why === undefined
                ? { path: asked.path, external: true }
                : { errors: [{ text: why, detail: asked.path }] }
            }),
        },
      ],
    })
    return errors
  }
  try {
    return await esbuild.run({ start, content: ['scan', path, language, JSON.stringify(jsx), text] })
  } catch (error) {
    if (isTransformFailure(error)) return error.errors
    throw error
  }
}
