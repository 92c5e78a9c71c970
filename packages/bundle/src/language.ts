import { extname } from 'node:path'

/** What a file is written in, as its ending says; `javascript` may be CommonJS or ESM. */
export type Language = 'commonjs' | 'esm' | 'javascript' | 'typescript' | 'json'

const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['.js', 'javascript'],
  ['.cjs', 'commonjs'],
  ['.mjs', 'esm'],
  ['.ts', 'typescript'],
  ['.cts', 'typescript'],
  ['.mts', 'typescript'],
  ['.json', 'json'],
])

const DECLARATIONS = /\.d\.[cm]?ts$/

/** The language of a file by its name; `undefined` for a file that bundles leave out. */
export function languageOf(name: string): Language | undefined {
  return DECLARATIONS.test(name) ? undefined : LANGUAGES.get(extname(name))
}
