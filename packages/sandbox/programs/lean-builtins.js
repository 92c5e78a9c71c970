import { dirname, join, sep } from 'node:path'
import { createRequire } from 'node:module'

const PISCINA = dirname(createRequire(import.meta.url).resolve('piscina')) + sep

/**
 * A plugin for esbuild: what Piscina, and nothing else, gets for modules of Node.js of which it uses little. To load them would
 * take the main thread of a cell 4 ms, and each thread 2.
 */
export const leanBuiltins = {
  name: 'lean-builtins',
  setup({ onResolve }) {
    onResolve({ filter: /^node:(assert|perf_hooks)$/ }, ({ path, importer }) => {
      if (!importer.startsWith(PISCINA)) return undefined
      return { path: join(import.meta.dirname, 'lean-builtins', `${path.slice('node:'.length)}.cjs`) }
    })
  },
}
