import { JsonScanner, parseJson, type JsonParts } from '@isolated-runtime/protocol'
import { fromCellSchema, type FromCell } from '../cell/from-cell.ts'

/** What a shorter frame holds is built in next to no time, whatever it is. */
const HARMLESS_CHARS = 16 * 1024
/** More than any object of a frame has: results of guests are texts in it. */
const MAX_KEYS = 64
/** Deeper than any frame: an error has causes of causes. */
const MAX_DEPTH = 64

/**
 * Parses what a cell says. A large frame of a cell that was taken over may be made to cost far more to build than to read.
 *
 * @throws Error for what no honest cell says
 */
export function parseFrame(text: string): FromCell {
  if (text.length > HARMLESS_CHARS) new JsonScanner(text, new FrameCaps()).scan()
  return parseJson(fromCellSchema, text, 'frame', 'INVALID_MESSAGE')
}

/** Counts the keys of each object that is being read. */
class FrameCaps implements JsonParts {
  readonly #keys: number[] = []

  open(): void {
    if (this.#keys.push(0) > MAX_DEPTH) throw new Error(`a frame deeper than ${MAX_DEPTH}`)
  }

  close(): void {
    this.#keys.pop()
  }

  key(): void {
    const count = (this.#keys.pop() ?? 0) + 1
    if (count > MAX_KEYS) throw new Error(`a frame with more than ${MAX_KEYS} keys in an object`)
    this.#keys.push(count)
  }

  string(): void {}
  number(): void {}
  literal(): void {}
}
