import { IsolatedRuntimeError, type BundleFile } from '@isolated-runtime/protocol'
import { buildPackages } from './build-packages.ts'
import { readManifest } from './manifest.ts'
import { PackageFiles, type PackageFile } from './package-files.ts'
import { PackageFolders } from './package-folders.ts'
import { PackageLabels } from './package-labels.ts'
import { standInAt, StandIns } from './stand-ins.ts'

/** The largest, `crypto`, has a megabyte with all that it is made of. */
const MAX_BYTES = 12 * 1024 * 1024
/** What packed code asks for stand-ins by. */
const PATH = /"(\/node_modules\/\.node\/[a-z\d_/]+\.js)"/g

type Files = Readonly<Record<string, BundleFile>>

/** They are the same in each bundle. */
const packed = new Map<string, Promise<BundleFile>>()

/** Adds the stand-ins that files of a bundle ask for, and those that these ask for. */
export async function withStandIns(files: Files): Promise<Files> {
  const all = new Map(Object.entries(files))
  for (const [, file] of all) {
    for (const path of standInsOf(file)) if (!all.has(path)) all.set(path, await packOnce(path))
  }
  return Object.fromEntries(all)
}

function standInsOf(file: BundleFile): string[] {
  if (file.kind === 'json') return []
  const inCode = file.code.includes('/node_modules/.node/')
    ? Array.from(file.code.matchAll(PATH), ([, path = '']) => path)
    : []
  return [...inCode, ...Object.values(file.imports ?? {})].filter((path) => standInAt(path) !== undefined)
}

function packOnce(path: string): Promise<BundleFile> {
  const known = packed.get(path)
  if (known !== undefined) return known
  const packing = pack(path)
  packed.set(path, packing)
  packing.catch(() => packed.delete(path))
  return packing
}

async function pack(path: string): Promise<BundleFile> {
  const standIn = standInAt(path)
  if (standIn === undefined) throw new IsolatedRuntimeError('INTERNAL', `There is no stand-in at "${path}"`)
  const manifest = await readManifest(standIn.folder, 'stand-ins/package.json')
  if (typeof manifest === 'string') throw new IsolatedRuntimeError('INTERNAL', manifest)
  const folder = { name: 'stand-ins', realPath: standIn.folder, isGuests: false, manifest }
  const entry: PackageFile = { kind: 'file', folder, realPath: standIn.realPath }
  const folders = new PackageFolders(undefined, undefined)
  const standIns = new StandIns({ standIns: true, hasEnv: false })
  const options = {
    files: new PackageFiles(folders, { allowed: ['*'], conditions: ['browser'], standIns }),
    labels: new PackageLabels(standIn.folder),
    entries: new Map([[path, entry]]),
    shared: new Map(),
    whole: new Set<string>(),
    maxBytes: MAX_BYTES,
    isDense: true,
  }
  const { built } = await buildPackages(options, [path])
  const file = built.get(path)?.file
  if (file === undefined) throw new IsolatedRuntimeError('INTERNAL', `Packing "${path}" made nothing`)
  return file
}
