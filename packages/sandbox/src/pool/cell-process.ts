import { spawn, type ChildProcess } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import type { Duplex } from 'node:stream'
import { pathToFileURL } from 'node:url'
import type { CellSettings } from '../cell/cell-settings.ts'
import { V8_FLAGS } from '../cell/v8-flags.ts'
import { sacrifice } from './resident-memory.ts'

const require = createRequire(import.meta.url)
const OWN_PACKAGE = join(import.meta.dirname, '..', '..')

/** A cell's process, and the executor's end of its one pipe. */
export interface CellProcess {
  readonly child: ChildProcess
  readonly pipe: Duplex
}

/**
 * Starts the process of a cell: under the permission model with nothing allowed but threads and reading its own code,
 * without environment, descriptors, compiling of strings, or sqlite (which opens files past the permission model).
 */
export function startCellProcess(settings: Omit<CellSettings, 'threadFile'>): CellProcess {
  const cellFile = require.resolve('#cell')
  const complete: CellSettings = { ...settings, threadFile: require.resolve('#thread') }
  const child = spawn(
    process.execPath,
    [
      '--permission',
      '--allow-worker',
      ...readableFolders().map((folder) => `--allow-fs-read=${folder}`),
      ...V8_FLAGS,
      '--no-experimental-sqlite',
      '--no-warnings',
      // Run from its sources, a cell finds those of the other packages in the same way.
      ...(cellFile.endsWith('.ts') ? ['--conditions=@isolated-runtime/source'] : []),
      cellFile,
      JSON.stringify(complete),
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], env: {}, cwd: '/' },
  )
  if (child.pid !== undefined) sacrifice(child.pid)
  return { child, pipe: child.stdio[3] as Duplex }
}

/** The folders a cell reads its code from: by the paths modules are looked up at, and where links among those lead. */
function readableFolders(): string[] {
  const protocol = folderOf('@isolated-runtime/protocol', OWN_PACKAGE)
  const looked = [
    OWN_PACKAGE,
    protocol,
    folderOf('zod', OWN_PACKAGE),
    folderOf('zod', protocol),
    folderOf('piscina', OWN_PACKAGE),
  ]
  const folders = new Set([...looked, ...looked.map((folder) => realpathSync(folder))])
  return [...folders].map((folder) => join(folder, '*'))
}

function folderOf(name: string, importer: string): string {
  const manifest = findPackageJSON(name, pathToFileURL(join(importer, 'package.json')))
  if (manifest === undefined) throw new Error(`The package "${name}" is not installed`)
  return dirname(manifest)
}
