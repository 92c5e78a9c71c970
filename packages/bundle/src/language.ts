import { extname } from 'node:path'
import type { ParsedPackOptions } from './pack-options.ts'

/** What a file is written in, as its ending says; `javascript` may be CommonJS or ESM. */
export type Language = 'commonjs' | 'esm' | 'javascript' | 'jsx' | 'typescript' | 'tsx' | 'json'

const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['.js', 'javascript'],
  ['.cjs', 'commonjs'],
  ['.mjs', 'esm'],
  ['.ts', 'typescript'],
  ['.cts', 'typescript'],
  ['.mts', 'typescript'],
  ['.json', 'json'],
])

const JSX_LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['.jsx', 'jsx'],
  ['.tsx', 'tsx'],
])

const DECLARATIONS = /\.d\.[cm]?ts$/
/** Settings of editors and compilers, which may have comments and so are not JSON. */
const COMPILER_SETTINGS = /(?:^|\/)[jt]sconfig(?:[.-][^/]*)?\.json$/

/** The language of a file by its name; `undefined` for a file that bundles leave out. */
export function languageOf(
  name: string,
  { jsx, sourceExtensions }: Partial<Pick<ParsedPackOptions, 'jsx' | 'sourceExtensions'>> = {},
): Language | undefined {
  if (DECLARATIONS.test(name) || COMPILER_SETTINGS.test(name)) return undefined
  const ending = extname(name)
  const known = LANGUAGES.get(ending) ?? (jsx ? JSX_LANGUAGES.get(ending) : undefined)
  return known ?? (sourceExtensions?.includes(ending) ? 'javascript' : undefined)
}
