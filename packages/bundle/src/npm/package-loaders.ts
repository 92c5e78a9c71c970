import { extname } from 'node:path'
import type { Loader } from 'esbuild'

const LOADERS: ReadonlyMap<string, Loader> = new Map([
  ['', 'js'],
  ['.js', 'js'],
  ['.cjs', 'js'],
  ['.mjs', 'js'],
  ['.jsx', 'jsx'],
  ['.ts', 'ts'],
  ['.cts', 'ts'],
  ['.mts', 'ts'],
  ['.tsx', 'tsx'],
  ['.json', 'json'],
])

/** How esbuild is to read a file of a package; `undefined` for what cannot be packed, such as `.node` and `.css`. */
export function loaderOf(path: string): Loader | undefined {
  return LOADERS.get(extname(path))
}
