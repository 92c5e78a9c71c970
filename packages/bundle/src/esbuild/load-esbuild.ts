import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'

/** The module `esbuild`. */
export type Esbuild = Pick<typeof import('esbuild'), 'build' | 'transform' | 'stop'>

/** Starts a process; see `spawn` of `node:child_process`. */
export type Spawn = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess

const require = createRequire(import.meta.url)
let main: { readonly path: string; readonly text: string } | undefined

/**
 * Loads another instance of esbuild's module, whose process is started by `spawn` at the first use.
 *
 * `import 'esbuild'` has one process a program and lets it write to the program's stderr. An instance for each process
 * is what esbuild's own API does not offer: its module is evaluated again with a `require` that knows another `spawn`.
 */
export function loadEsbuild(spawn: Spawn): Esbuild {
  main ??= readMain()
  const { path, text } = main
  const own = createRequire(path)
  const childProcess: object = own('node:child_process')
  const requireForEsbuild = Object.assign(
    (specifier: string): unknown =>
      specifier === 'child_process' ? { ...childProcess, spawn } : own(specifier),
    { resolve: own.resolve },
  )
  const module: { exports: unknown } = { exports: {} }
  const evaluate = compileFunction(text, ['exports', 'require', 'module', '__filename', '__dirname'], {
    filename: path,
  })
  evaluate(module.exports, requireForEsbuild, module, path, dirname(path))
  return module.exports as Esbuild
}

function readMain(): { path: string; text: string } {
  const path = require.resolve('esbuild')
  return { path, text: readFileSync(path, 'utf8') }
}
