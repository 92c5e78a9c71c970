import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import type { Bundle } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'

/** A place in a file of a bundle; line and column count from 1. */
export interface Position {
  readonly path: string
  readonly line: number
  readonly column: number
}

/** Reading a map of this size takes about a tenth of a second; a larger one is not read. */
const MAX_MAP_CHARS = 2 * 1024 * 1024
/** The maps used last are kept; once read, they take up to twenty times as much memory. */
const MAX_KEPT_CHARS = 4 * 1024 * 1024
/** What a map may name as its source; anything else could forge lines of a stack. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const PATH = /^\/[^\u0000-\u001f\u007f()]{1,1023}$/

/** Finds what the author wrote by what became of it, by the source maps of bundles, which may be nonsense. */
export class SourcePositions {
  readonly #maps = new LRUCache<string, { readonly map: TraceMap | undefined }>({
    maxSize: MAX_KEPT_CHARS,
  })

  /** `undefined` if the file has no map, or none that can be read, or the map does not know. */
  find(bundle: Bundle, { path, line, column }: Position): Position | undefined {
    const file = Object.hasOwn(bundle.files, path) ? bundle.files[path] : undefined
    if (file?.kind !== 'commonjs' || file.map === undefined) return undefined
    const map = this.#mapOf(`${bundle.id} ${path}`, file.map)
    if (map === undefined) return undefined
    try {
      // Columns of maps count from 0.
      const origin = originalPositionFor(map, { line, column: column - 1 })
      if (origin.source === null || !PATH.test(origin.source)) return undefined
      return { path: origin.source, line: origin.line, column: origin.column + 1 }
    } catch {
      // A map that seemed sound, but is not: the place stays as it was told.
      return undefined
    }
  }

  #mapOf(key: string, text: string): TraceMap | undefined {
    const known = this.#maps.get(key)
    if (known !== undefined) return known.map
    const map = text.length <= MAX_MAP_CHARS ? read(text) : undefined
    this.#maps.set(key, { map }, { size: Math.max(1, map === undefined ? 1 : text.length) })
    return map
  }
}

function read(text: string): TraceMap | undefined {
  try {
    return new TraceMap(text)
  } catch {
    // Without a map, places are those of the code that ran.
    return undefined
  }
}
