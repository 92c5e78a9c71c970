import { lstatSync, realpathSync, type BigIntStats } from 'node:fs'
import { isInside } from '../is-inside.ts'
import { stampOf, type Looked } from '../folder-walk.ts'
import { readFoundFile } from '../read-found-file.ts'
import { errnoOf, figure, fileRefused } from '../refusals.ts'

/** A file of a package that is to be read. */
export interface PackageFile {
  /** The real path of the package. */
  readonly folder: string
  readonly path: string
  /** What errors call it. */
  readonly shown: string
  readonly maxBytes: number
}

/**
 * Reads a file as text if it lies in its package, whatever links lead to it; `undefined` if there is none.
 *
 * @param looked gets the file, where one is given, so that a change of it is noticed
 * @throws `BUNDLE_FILE_REFUSED`
 */
export async function readInside(
  { folder, path, shown, maxBytes }: PackageFile,
  looked?: Looked[],
): Promise<string | undefined> {
  let realPath: string
  let stat: BigIntStats
  try {
    realPath = realpathSync(path)
    stat = lstatSync(realPath, { bigint: true })
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined
    throw fileRefused(shown, `it cannot be looked at (${errno})`, error)
  }
  if (!isInside(folder, realPath)) throw fileRefused(shown, 'it is a symlink that leaves its package')
  if (!stat.isFile()) throw fileRefused(shown, 'it is not a file')
  const size = Number(stat.size)
  if (size > maxBytes)
    throw fileRefused(shown, `it is ${figure(size)} bytes, the most allowed is ${figure(maxBytes)}`)
  looked?.push({ path: realPath, stat })
  return readFoundFile({ path: shown, realPath, size, stamp: stampOf(stat) })
}
