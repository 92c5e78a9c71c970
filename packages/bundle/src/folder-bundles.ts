import { performance } from 'node:perf_hooks'
import { resolve } from 'node:path'
import type { Bundle } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'
import { walkFolder, type FolderWalk, type Looked } from './folder-walk.ts'
import { isAtRest, isUnchanged } from './is-unchanged.ts'
import { packWalk } from './pack-folder.ts'
import { parsePackOptions, type PackOptions, type ParsedPackOptions } from './pack-options.ts'

const MAX_FOLDERS = 1_000
/** A folder of this many files and directories is looked at each time: that takes a fraction of a millisecond. */
const SMALL_FOLDER = 100
/** Looking at a larger one may take one part in this many of the time. */
const CHECK_SHARE = 10

/** A pack, under way or done. */
interface Packed {
  readonly walk: FolderWalk
  readonly startedAtMs: number
  readonly bundle: Promise<Bundle>
  /** What the bundle was made of besides the folder, as soon as that is known. */
  besides: readonly Looked[]
  /** Whether a folder in the same state has the same content: not if a file had only just changed. */
  isTrusted: boolean
  /** Not begun to read: as good as one that begins now. */
  isAhead: boolean
}

interface Entry {
  readonly packed: Packed
  /** By `performance.now()`; until then the folder is taken to be unchanged. */
  checkAgainAt: number
}

/**
 * The bundles of folders, packed again only when a file was added, removed or changed, or the `package.json` of a package
 * it uses, or the module of a hook.
 *
 * Looking for changes is synchronous. A folder of up to 100 files and directories is looked at each time, so that an edit is never
 * missed. A larger one is looked at for a tenth of the time at most: one of 2,000 files about every 50 ms. The 1,000
 * folders used last are kept.
 */
export class FolderBundles {
  readonly #options: ParsedPackOptions
  readonly #entries = new LRUCache<string, Entry>({ max: MAX_FOLDERS })

  /** @throws `INVALID_OPTIONS` */
  constructor(options: PackOptions = {}) {
    this.#options = parsePackOptions(options)
  }

  /** The bundle of a folder as it is now. @throws as `packFolder` does; a failure is not remembered */
  async bundleOf(folder: string): Promise<Bundle> {
    const key = resolve(folder)
    const entry = this.#entries.get(key)
    if (entry !== undefined && performance.now() < entry.checkAgainAt) return entry.packed.bundle
    const startedAt = performance.now()
    const isCurrent = entry !== undefined && canReuse(entry.packed)
    const packed = isCurrent ? entry.packed : this.#pack(key, walkFolder(folder, this.#options))
    const checkedAt = performance.now()
    const restMs =
      packed.walk.looked.length + packed.besides.length <= SMALL_FOLDER
        ? 0
        : CHECK_SHARE * (checkedAt - startedAt)
    this.#entries.set(key, { packed, checkAgainAt: checkedAt + restMs })
    return packed.bundle
  }

  #pack(key: string, walk: FolderWalk): Packed {
    const begin = async (): Promise<Bundle> => {
      // Calls of the same moment come first.
      await Promise.resolve()
      packed.isAhead = false
      const { bundle, looked } = await packWalk(walk, this.#options)
      packed.besides = looked
      packed.isTrusted &&= looked.every(({ stat }) =>
        isAtRest(Number(stat.ctimeNs / 1_000_000n), packed.startedAtMs),
      )
      return bundle
    }
    const startedAtMs = Date.now()
    const packed: Packed = {
      walk,
      startedAtMs,
      besides: [],
      isTrusted: isAtRest(walk.changedAtMs, startedAtMs),
      isAhead: true,
      bundle: begin(),
    }
    packed.bundle.catch(() => {
      if (this.#entries.peek(key)?.packed === packed) this.#entries.delete(key)
    })
    return packed
  }
}

function canReuse({ walk, besides, isTrusted, isAhead }: Packed): boolean {
  return (isTrusted || isAhead) && isUnchanged(walk.looked) && isUnchanged(besides)
}
