import { IsolatedRuntimeError, type BundleFile } from '@isolated-runtime/protocol'
import { commonJsProblem } from './commonjs-problem.ts'
import { withImportCalls } from './import-calls.ts'
import type { Language } from './language.ts'
import { syntaxError } from './syntax-error.ts'
import { transpile, validateJson, type JsxTransform } from './transpile.ts'

/** Also finds comments and strings that hold `import(`: those files are transpiled without need, but rightly. */
const DYNAMIC_IMPORT = /\bimport\s*(?:\(|\/[*/])/

/**
 * Makes a file of a bundle from the text of a file. CommonJS and JSON stay as they are.
 *
 * @param path inside the bundle
 * @throws `BUNDLE_SYNTAX_ERROR`
 */
export async function prepareFile(
  path: string,
  language: Language,
  text: string,
  jsx: JsxTransform = {},
): Promise<BundleFile> {
  if (language === 'json') {
    await validateJson(path, text)
    return { kind: 'json', code: text }
  }
  // Only a whole file may start with a hashbang, not a function's body.
  return { kind: 'commonjs', ...(await toCommonJs(path, language, text.replace(/^#!/, '//'), jsx)) }
}

type Code = { readonly code: string; readonly map?: string }

async function toCommonJs(
  path: string,
  language: Exclude<Language, 'json'>,
  text: string,
  jsx: JsxTransform,
): Promise<Code> {
  try {
    return await convert(path, language, text, jsx)
  } catch (error) {
    if (!DYNAMIC_IMPORT.test(text) || !isSyntaxError(error)) throw error
    const called = withImportCalls(text)
    if (called === undefined) throw error
    return await convert(path, language, called, jsx).catch(() => {
      throw error
    })
  }
}

async function convert(
  path: string,
  language: Exclude<Language, 'json'>,
  text: string,
  jsx: JsxTransform,
): Promise<Code> {
  const { tsconfigRaw } = jsx
  if (language === 'typescript') return transpile(path, text, { tsconfigRaw, loader: 'ts', strict: true })
  if (language === 'tsx' || language === 'jsx')
    return transpile(path, text, { ...jsx, loader: language, strict: true })
  if (language === 'esm') return transpile(path, text, { loader: 'js', strict: true })
  const problem = commonJsProblem(text)
  if (problem === undefined && !DYNAMIC_IMPORT.test(text)) return { code: text }
  if (problem !== undefined && language === 'commonjs') throw syntaxError(path, text, problem)
  return transpile(path, text, { loader: 'js', strict: problem !== undefined })
}

function isSyntaxError(error: unknown): boolean {
  return error instanceof IsolatedRuntimeError && error.code === 'BUNDLE_SYNTAX_ERROR'
}
