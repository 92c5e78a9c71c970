import { randomUUID } from 'node:crypto'
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  bundleIdSchema,
  decodeBundle,
  encodeBundle,
  IsolatedRuntimeError,
  parse,
  type Bundle,
  type BundleStore,
} from '@isolated-runtime/protocol'
import { errnoOf } from './refusals.ts'

/**
 * Keeps bundles in a directory, one file each, named by id. Processes may share one. A crash never leaves half a
 * bundle; it may leave a file that ends in `.tmp`, which can be removed.
 */
export class DirectoryBundleStore implements BundleStore {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /** Opens a store, making its directory if need be. @throws `INVALID_OPTIONS` if there can be none at that path */
  static async open(path: string): Promise<DirectoryBundleStore> {
    try {
      await mkdir(path, { recursive: true })
    } catch (cause) {
      throw new IsolatedRuntimeError(
        'INVALID_OPTIONS',
        `Cannot keep bundles in "${path}" (${errnoOf(cause)}); expected a directory or a path to make one at`,
        { cause },
      )
    }
    return new DirectoryBundleStore(resolve(path))
  }

  async put(bundle: Bundle): Promise<void> {
    const path = this.#fileOf(bundle.id)
    if (await exists(path)) return
    const temporaryPath = `${path}.${randomUUID()}.tmp`
    try {
      await writeDurably(temporaryPath, encodeBundle(bundle))
      await rename(temporaryPath, path)
    } catch (error) {
      await rm(temporaryPath, { force: true })
      throw error
    }
    await syncDirectory(this.#path)
  }

  async get(id: string): Promise<Bundle | undefined> {
    const path = this.#fileOf(id)
    const text = await readIfThere(path)
    if (text === undefined) return undefined
    try {
      return decodeBundle(text, id)
    } catch (cause) {
      throw new IsolatedRuntimeError(
        'BUNDLE_CORRUPT',
        `The bundle stored in "${path}" is not what its name says; remove the file and deploy the bundle again`,
        { cause },
      )
    }
  }

  async has(id: string): Promise<boolean> {
    return exists(this.#fileOf(id))
  }

  /** An id comes from outside and must not lead out of the directory. */
  #fileOf(id: string): string {
    return join(this.#path, `${parse(bundleIdSchema, id, 'id of a bundle', 'INVALID_REQUEST')}.json`)
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx')
  await file.writeFile(text)
  await file.sync()
}

/** A new name is on disk only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r')
  await directory.sync()
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
