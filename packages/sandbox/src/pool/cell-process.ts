import { spawn, type SpawnOptions, type StdioOptions } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Duplex, PassThrough, type Readable } from 'node:stream'
import type { CellSettings } from '../cell/cell-settings.ts'
import { V8_FLAGS } from '../cell/v8-flags.ts'
import { LIBRARY_FOLDER } from './library-folder.ts'
import { cellUserLevel, releaseCellUser, takeCellUser, type CellUserLevel } from './cell-user.ts'
import type { ProcessCpu } from '../spawner/messages.ts'
import { sacrificed } from './sacrifice.ts'
import type { Spawner } from './spawn/spawner.ts'

const require = createRequire(import.meta.url)

/** A cell's process, and the executor's end of its one pipe. */
export interface CellProcess {
  readonly child: CellChild
  readonly pipe: Duplex
}

/** What an executor uses of a child process. */
export interface CellChild {
  /** `undefined` until it is started. */
  readonly pid?: number | undefined
  readonly stderr: Readable | null
  kill(signal: 'SIGKILL'): boolean
  unref(): void
  once(event: 'spawn', listener: () => void): unknown
  /** @param cpu what it has used, where only the one who started it can tell */
  once(
    event: 'close',
    listener: (code: number | null, signal: NodeJS.Signals | null, cpu?: ProcessCpu) => void,
  ): unknown
  once(event: 'error', listener: (error: Error) => void): unknown
}

/** Most cells that had no run for so long have none for longer. Of those that do, one run takes 20 ms more CPU time. */
const TRIM_AFTER_MS = 10_000

/** All but where its files lie. */
export type CellSizes = Omit<CellSettings, 'threadFile' | 'libraryFolder' | 'trimAfterMs'>

export type StartCell = (sizes: CellSizes) => CellProcess

export interface CellProcessOptions {
  /** See `SandboxOptions.firstCellUid`. */
  readonly firstUid?: number | undefined
  /** What the process runs, and what its threads run. Tests of the walls put code of their own there. */
  readonly cellFile?: string
  readonly threadFile?: string
  /** @default 10_000 */
  readonly trimAfterMs?: number
  /** What starts it; this thread, if that is not ready. */
  readonly spawner?: Pick<Spawner, 'start'> | undefined
}

/** As whom cells run, by `SandboxOptions.firstCellUid`. */
export function levelOfCells(firstUid: number | undefined): CellUserLevel {
  return cellUserLevel(firstUid, filesOf(require.resolve('#cell')))
}

/** All that a cell has: the local time of guests is the same on every machine, whatever its `/etc/localtime` says. */
const ENVIRONMENT = { TZ: 'UTC' }

/**
 * Starts the process of a cell: under the permission model with nothing allowed but threads and reading its own code,
 * without the environment of this one, descriptors, compiling of strings, or sqlite (which opens files past the permission model), as
 * a user of its own. Not in a session of its own: Linux may share the processors out by session (decision 14).
 */
export function startCellProcess(
  sizes: CellSizes,
  {
    firstUid,
    cellFile = require.resolve('#cell'),
    threadFile = require.resolve('#thread'),
    trimAfterMs = TRIM_AFTER_MS,
    spawner,
  }: CellProcessOptions = {},
): CellProcess {
  const settings: CellSettings = { ...sizes, trimAfterMs, threadFile, libraryFolder: LIBRARY_FOLDER }
  const readable = [cellFile, threadFile, join(LIBRARY_FOLDER, '*')]
  const user = takeCellUser(firstUid, filesOf(cellFile))
  const command = [
    '--permission',
    '--allow-worker',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...V8_FLAGS,
    '--no-experimental-sqlite',
    '--no-warnings',
    cellFile,
    JSON.stringify(settings),
  ]
  const [file, args] = sacrificed(process.execPath, command, ENVIRONMENT)
  // Node.js lets every thread read the working directory and all below it, whatever the permissions say.
  const cwd = dirname(cellFile)
  const started =
    spawner?.start({ file, args, cwd, user, env: { ...ENVIRONMENT } }) ??
    startHere(file, args, { cwd, env: { ...ENVIRONMENT }, ...user })
  started.child.once('close', () => releaseCellUser(user))
  started.child.once('error', () => releaseCellUser(user))
  return started
}

function startHere(file: string, args: readonly string[], options: SpawnOptions): CellProcess {
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe', 'pipe']
  const child = spawn(file, args, { ...options, stdio })
  // With no descriptor left there are no streams at all; the error event tells what is wrong.
  const streams: readonly unknown[] | undefined = child.stdio
  const pipe = streams?.[3]
  return { child, pipe: pipe instanceof Duplex ? pipe : new PassThrough() }
}

/** What a cell must be able to read. */
function filesOf(cellFile: string): string[] {
  return [process.execPath, cellFile, LIBRARY_FOLDER]
}
