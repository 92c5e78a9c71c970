import { LRUCache } from 'lru-cache'
import { contentHash } from './content-hash.ts'

const ENTRY_BYTES = 1_024

/**
 * Results of a function whose result depends on texts alone, those used last, so that a folder in which one file was
 * edited is packed again in the time that this file takes. Failures are not remembered.
 */
export class Remembered<Result> {
  readonly #results: LRUCache<string, { readonly result: Result; readonly bytes: number }>

  /** @param maxBytes of the texts that results are remembered for */
  constructor(maxBytes: number) {
    this.#results = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes })
  }

  async get(texts: readonly string[], make: () => Promise<Result>): Promise<Result> {
    const key = contentHash(texts)
    const known = this.#results.get(key)
    if (known !== undefined) return known.result
    const result = await make()
    const bytes = texts.reduce((sum, text) => sum + text.length, ENTRY_BYTES)
    this.#results.set(key, { result, bytes })
    return result
  }
}
