import { setImmediate as nextTurn } from 'node:timers/promises'
import { JsonScanner, type JsonParts } from './scan-json.ts'

/** Texts up to this many units are parsed at once: it takes no longer than some milliseconds, whatever they hold. */
const MAX_AT_ONCE = 64 * 1024
/** How long others wait at most while a longer text is parsed, in milliseconds; looked at after this many parts. */
const SLICE_MS = 4
const PARTS_BETWEEN_LOOKS = 500

/**
 * Gives what `JSON.parse` gives, and lets others have the event loop in between if the text is long: an object with 95,000 keys
 * takes `JSON.parse` a tenth of a second. That takes longer in all than at once.
 *
 * @throws SyntaxError
 */
export async function parseJsonInSlices(text: string): Promise<unknown> {
  if (text.length <= MAX_AT_ONCE) return JSON.parse(text)
  const builder = new Builder(text)
  const scanner = new JsonScanner(text, builder)
  let sliceEndsAt = performance.now() + SLICE_MS
  while (!scanner.scan(PARTS_BETWEEN_LOOKS)) {
    if (performance.now() < sliceEndsAt) continue
    await nextTurn()
    sliceEndsAt = performance.now() + SLICE_MS
  }
  return builder.result
}

interface Holder {
  readonly holder: unknown[] | Record<string, unknown>
  /** Of the value that comes next, in an object. */
  key: string
}

/** Builds what a text says from its parts. */
class Builder implements JsonParts {
  result: unknown
  readonly #text: string
  readonly #above: Holder[] = []
  #current: Holder | undefined

  constructor(text: string) {
    this.#text = text
  }

  open(isArray: boolean): void {
    const holder: Holder['holder'] = isArray ? [] : {}
    this.#put(holder)
    if (this.#current !== undefined) this.#above.push(this.#current)
    this.#current = { holder, key: '' }
  }

  close(): void {
    this.#current = this.#above.pop()
  }

  key(start: number, end: number, hasEscapes: boolean): void {
    if (this.#current !== undefined) this.#current.key = this.#stringOf(start, end, hasEscapes)
  }

  string(start: number, end: number, hasEscapes: boolean): void {
    this.#put(this.#stringOf(start, end, hasEscapes))
  }

  number(start: number, end: number): void {
    this.#put(Number(this.#text.slice(start, end)))
  }

  literal(start: number): void {
    const first = this.#text[start]
    this.#put(first === 'n' ? null : first === 't')
  }

  #stringOf(start: number, end: number, hasEscapes: boolean): string {
    if (hasEscapes) return JSON.parse(this.#text.slice(start, end)) as string
    return this.#text.slice(start + 1, end - 1)
  }

  #put(value: unknown): void {
    if (this.#current === undefined) this.result = value
    else if (Array.isArray(this.#current.holder)) this.#current.holder.push(value)
    // To assign to that name would set the prototype.
    else if (this.#current.key === '__proto__')
      Object.defineProperty(this.#current.holder, this.#current.key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      })
    else this.#current.holder[this.#current.key] = value
  }
}
