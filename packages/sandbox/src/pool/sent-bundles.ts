import type { Bundle } from '@isolated-runtime/protocol'

/** The bundles a cell holds: those used last, up to a number of bytes. */
export class SentBundles {
  readonly #maxBytes: number
  readonly #bytesById = new Map<string, number>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Notes a use; says whether the bundle must be sent, and which may be forgotten for it. */
  use({ id, bytes }: Bundle): { readonly send: boolean; readonly forget: readonly string[] } {
    const known = this.#bytesById.delete(id)
    this.#bytesById.set(id, bytes)
    if (known) return { send: false, forget: [] }
    this.#bytes += bytes
    const forget: string[] = []
    for (const [oldest, size] of this.#bytesById) {
      if (this.#bytes <= this.#maxBytes || oldest === id) break
      this.#bytesById.delete(oldest)
      this.#bytes -= size
      forget.push(oldest)
    }
    return { send: true, forget }
  }
}
