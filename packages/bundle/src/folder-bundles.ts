import { performance } from 'node:perf_hooks'
import { resolve } from 'node:path'
import type { Bundle } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'
import { walkFolder, type FolderWalk } from './folder-walk.ts'
import { packWalk } from './pack-folder.ts'
import { parsePackOptions, type PackLimits, type PackOptions } from './pack-options.ts'

const MAX_FOLDERS = 1_000
/** A folder of so many entries is looked at each time: that takes well under a millisecond. */
const SMALL_FOLDER = 100
/** Looking at a larger one may take one part in this many of the time. */
const CHECK_SHARE = 10
/** Two changes this close to each other may leave the same times on a file. */
const RACY_MS = 50

/** A pack, under way or done. */
interface Packed {
  readonly bundle: Promise<Bundle>
  readonly fingerprint: string
  /** Whether an equal fingerprint means equal content: not if a file had only just changed. */
  readonly isTrusted: boolean
  /** Not begun to read: as good as one that begins now. */
  isAhead: boolean
}

interface Entry {
  readonly packed: Packed
  /** By `performance.now()`; until then the folder is taken to be unchanged. */
  checkAgainAt: number
}

/**
 * The bundles of folders, packed again only when a file was added, removed or changed.
 *
 * Looking for changes is synchronous. A folder of up to 100 entries is looked at each time, so that an edit is never
 * missed. A larger one is looked at for a tenth of the time at most: one of 2,000 files about every 90 ms. The 1,000
 * folders used last are kept.
 */
export class FolderBundles {
  readonly #limits: PackLimits
  readonly #entries = new LRUCache<string, Entry>({ max: MAX_FOLDERS })

  /** @throws `INVALID_OPTIONS` */
  constructor(options: PackOptions = {}) {
    this.#limits = parsePackOptions(options)
  }

  /** The bundle of a folder as it is now. @throws as `packFolder` does; a failure is not remembered */
  async bundleOf(folder: string): Promise<Bundle> {
    const key = resolve(folder)
    const entry = this.#entries.get(key)
    if (entry !== undefined && performance.now() < entry.checkAgainAt) return entry.packed.bundle
    const startedAt = performance.now()
    const now = Date.now()
    const walk = walkFolder(folder, this.#limits)
    const checkedAt = performance.now()
    const isCurrent = entry?.packed.fingerprint === walk.fingerprint
    const packed =
      isCurrent && (entry.packed.isTrusted || entry.packed.isAhead)
        ? entry.packed
        : this.#pack(key, walk, now)
    const restMs = walk.entries <= SMALL_FOLDER ? 0 : CHECK_SHARE * (checkedAt - startedAt)
    this.#entries.set(key, { packed, checkAgainAt: checkedAt + restMs })
    return packed.bundle
  }

  #pack(key: string, walk: FolderWalk, now: number): Packed {
    const begin = async (): Promise<Bundle> => {
      // Calls of the same moment come first.
      await Promise.resolve()
      packed.isAhead = false
      return packWalk(walk, this.#limits)
    }
    const packed: Packed = {
      fingerprint: walk.fingerprint,
      isTrusted: Math.abs(now - walk.changedAtMs) > RACY_MS,
      isAhead: true,
      bundle: begin(),
    }
    packed.bundle.catch(() => {
      if (this.#entries.peek(key)?.packed === packed) this.#entries.delete(key)
    })
    return packed
  }
}
