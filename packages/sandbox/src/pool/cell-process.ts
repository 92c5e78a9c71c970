import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { Duplex, PassThrough, type Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import type { CellSettings } from '../cell/cell-settings.ts'
import { V8_FLAGS } from '../cell/v8-flags.ts'
import { releaseCellUser, takeCellUser } from './cell-user.ts'
import { sacrifice } from './resident-memory.ts'

const require = createRequire(import.meta.url)
const OWN_PACKAGE = join(import.meta.dirname, '..', '..')
const FOLDERS = readableFolders()

/** A cell's process, and the executor's end of its one pipe. */
export interface CellProcess {
  readonly child: CellChild
  readonly pipe: Duplex
}

/** What an executor uses of a child process. */
interface CellChild {
  readonly pid?: number | undefined
  readonly stderr: Readable | null
  kill(signal: 'SIGKILL'): boolean
  unref(): void
  once(event: 'close', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown
  once(event: 'error', listener: (error: Error) => void): unknown
}

export type StartCell = (settings: Omit<CellSettings, 'threadFile'>) => CellProcess

export interface CellProcessOptions {
  /** See `SandboxOptions.firstCellUid`. */
  readonly firstUid?: number | undefined
  /** What the process runs, and what its threads run. Tests of the walls put code of their own there. */
  readonly cellFile?: string
  readonly threadFile?: string
}

/**
 * Starts the process of a cell: under the permission model with nothing allowed but threads and reading its own code,
 * without environment, descriptors, compiling of strings, or sqlite (which opens files past the permission model), as
 * a user of its own. Not in a session of its own: Linux may share the processors out by session (decision 14).
 */
export function startCellProcess(
  settings: Omit<CellSettings, 'threadFile'>,
  {
    firstUid,
    cellFile = require.resolve('#cell'),
    threadFile = require.resolve('#thread'),
  }: CellProcessOptions = {},
): CellProcess {
  const complete: CellSettings = { ...settings, threadFile }
  const manifests = FOLDERS.map((folder) => join(folder, 'package.json'))
  const user = takeCellUser(firstUid, [process.execPath, cellFile, ...manifests])
  const child = spawn(
    process.execPath,
    [
      '--permission',
      '--allow-worker',
      ...FOLDERS.map((folder) => `--allow-fs-read=${join(folder, '*')}`),
      ...V8_FLAGS,
      '--no-experimental-sqlite',
      '--no-warnings',
      // Run from its sources, a cell finds those of the other packages in the same way.
      ...(cellFile.endsWith('.ts') ? ['--conditions=@isolated-runtime/source'] : []),
      cellFile,
      JSON.stringify(complete),
    ],
    // Node.js lets every thread read the working directory and all below it, whatever the permissions say.
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], env: {}, cwd: OWN_PACKAGE, ...user },
  )
  child.once('close', () => releaseCellUser(user))
  child.once('error', () => releaseCellUser(user))
  if (child.pid !== undefined) sacrifice(child.pid)
  // With no descriptor left there are no streams at all; the error event tells what is wrong.
  const streams: readonly unknown[] | undefined = child.stdio
  const pipe = streams?.[3]
  return { child, pipe: pipe instanceof Duplex ? pipe : new PassThrough() }
}

/** The folders a cell reads its code from: by the paths modules are looked up at, and where links among those lead. */
function readableFolders(): string[] {
  const others = ['@isolated-runtime/protocol', 'piscina'].map((name) => folderOf(name))
  const looked = [OWN_PACKAGE, ...others]
  return [...new Set([...looked, ...looked.map((folder) => realpathSync(folder))])]
}

function folderOf(name: string): string {
  const manifest = findPackageJSON(name, pathToFileURL(join(OWN_PACKAGE, 'package.json')))
  if (manifest === undefined) throw new Error(`The package "${name}" is not installed`)
  return dirname(manifest)
}
