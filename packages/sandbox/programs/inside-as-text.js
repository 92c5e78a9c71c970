import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { transform } from 'esbuild'

const REALM = join(import.meta.dirname, '..', 'src', 'realm')
const NAMESPACE = 'inside-as-text'

/**
 * A plugin for esbuild. What the prelude of realms imports of `inside/` it uses as text only, so the text is all that it
 * gets. A bundler renames what has the name of something else in its bundle, and a guest would find a `require2`.
 */
export const insideAsText = {
  name: NAMESPACE,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/inside\// }, ({ path, importer, resolveDir }) => {
      const isPrelude = ['prelude.ts', 'comforts.ts'].some((name) => importer === join(REALM, name))
      return isPrelude ? { path: join(resolveDir, path), namespace: NAMESPACE } : undefined
    })
    onLoad({ filter: /./, namespace: NAMESPACE }, async ({ path }) => ({
      contents: await textsOf(path),
    }))
  },
}

/** A module with an object for each function that the module at a path exports: its text is that of the function. */
async function textsOf(path) {
  const { code } = await transform(await readFile(path, 'utf8'), { loader: 'ts', target: 'esnext' })
  const functions = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  return Object.entries(functions)
    .map(([name, text]) => `export const ${name} = { toString: () => ${JSON.stringify(String(text))} }`)
    .join('\n')
}
