import { readFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'
import { insideAsText } from './inside-as-text.js'
import { leanBuiltins } from './lean-builtins.js'

const PACKAGE = join(import.meta.dirname, '..')
const require = createRequire(import.meta.url)

/** What Piscina runs in each of its threads. It is part of the program of a thread, and no entry point of its package. */
const PISCINA_WORKER = join(dirname(require.resolve('piscina')), 'worker.js')

/** The programs of the product: what a cell runs, what each of its threads runs, and what starts the processes of cells. */
export const PROGRAMS = {
  cell: 'src/cell/main.ts',
  thread: 'src/thread/program.ts',
  spawner: 'src/spawner/main.ts',
}

/**
 * Makes one file of each program, with a source map beside it. To find, read and compile some 70 modules one by one takes
 * a cell longer than to run them.
 *
 * @param {Readonly<Record<string, string>>} programs the first module of each, by the name of the file that is made of it
 * @param {string} folder where the files are written to
 */
export async function bundlePrograms(programs, folder) {
  const { outputFiles } = await build({
    absWorkingDir: PACKAGE,
    entryPoints: { ...programs },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'esnext',
    conditions: ['@isolated-runtime/source'],
    plugins: [insideAsText, leanBuiltins],
    alias: { 'piscina/worker': PISCINA_WORKER },
    // Optional to Piscina, for an option that cells do not use; a module of Node.js that bundlers do not know.
    external: ['@napi-rs/nice', 'internal/test/binding'],
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    // A module that is imported for what it does is there for that, whatever its package says of the others.
    ignoreAnnotations: true,
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'error',
  })
  await mkdir(folder, { recursive: true })
  for (const { path, contents } of outputFiles) await replace(path, contents)
}

/** Cells may be starting from the file meanwhile: they find the old one or the new one, whole. */
async function replace(path, contents) {
  const old = await readFile(path).catch(() => undefined)
  if (old?.equals(contents)) return
  const draft = join(dirname(path), `.${process.pid}-${basename(path)}`)
  await writeFile(draft, contents)
  await rename(draft, path)
}
