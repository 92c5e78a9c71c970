/** Told of the parts of a JSON text, in their order. Places are those of UTF-16 units in the text. */
export interface JsonParts {
  /** An array or an object begins at `start`. */
  open(isArray: boolean, start: number): void
  /** The array or object that was begun last ends before `end`. */
  close(end: number): void
  /** A key, its quotes included. */
  key(start: number, end: number, hasEscapes: boolean): void
  /** A string, its quotes included. */
  string(start: number, end: number, hasEscapes: boolean): void
  number(start: number, end: number): void
  /** `true`, `false` or `null`. */
  literal(start: number, end: number): void
}

/** No text that a guest's result can become is nested as deep: V8 runs out of stack long before. */
export const MAX_JSON_DEPTH = 100_000

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const MINUS = 0x2d
const ZERO = 0x30
const FIRST_PRINTABLE = 0x20
/** After this many units of a string a regular expression is faster. */
const SHORT = 32
/** What strings are made of, but for escapes: all from the space on but the quote and the backslash. */
const PLAIN = /[ !#-[\]-\uffff]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const NUMBER_TAIL = /(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

/** What may come next. */
type Next = 'value' | 'value or end' | 'key' | 'key or end' | 'comma or end' | 'nothing'

/**
 * Reads a JSON text in one pass, without building anything of it: what a hostile text costs is bounded by its size. Takes
 * exactly what `JSON.parse` takes, but for what is nested deeper than {@link MAX_JSON_DEPTH}. Can be stopped and go on.
 */
export class JsonScanner {
  readonly #text: string
  readonly #parts: JsonParts | undefined
  /** For each array or object that has begun and not ended, whether it is an array. */
  readonly #open: boolean[] = []
  #at = 0
  #next: Next = 'value'

  constructor(text: string, parts?: JsonParts) {
    this.#text = text
    this.#parts = parts
  }

  /**
   * Goes on, for this many values, keys and brackets at most.
   *
   * @returns whether it has come to the end
   * @throws SyntaxError if the text is not JSON
   */
  scan(most: number = Infinity): boolean {
    for (let count = 0; count < most; count++) {
      const unit = this.#skipWhitespace()
      if (this.#next === 'nothing') {
        if (this.#at < this.#text.length) throw this.#unexpected()
        return true
      }
      this.#step(unit)
    }
    return false
  }

  /** The unit that comes next; NaN at the end. */
  #skipWhitespace(): number {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return unit
      this.#at++
    }
  }

  #step(unit: number): void {
    switch (this.#next) {
      case 'comma or end':
        if (unit === COMMA) {
          this.#at++
          this.#next = this.#open.at(-1) === true ? 'value' : 'key'
          return
        }
        return this.#close(unit)
      case 'key or end':
        if (unit === CLOSE_OBJECT) return this.#close(unit)
        return this.#key(unit)
      case 'key':
        return this.#key(unit)
      case 'value or end':
        if (unit === CLOSE_ARRAY) return this.#close(unit)
        return this.#value(unit)
      default:
        return this.#value(unit)
    }
  }

  #close(unit: number): void {
    const isArray = this.#open.at(-1) === true
    if (unit !== (isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) throw this.#unexpected()
    this.#at++
    this.#open.pop()
    this.#parts?.close(this.#at)
    this.#valueIsOver()
  }

  #key(unit: number): void {
    if (unit !== QUOTE) throw this.#unexpected()
    const start = this.#at
    const hasEscapes = this.#skipString()
    this.#parts?.key(start, this.#at, hasEscapes)
    if (this.#skipWhitespace() !== COLON) throw this.#unexpected()
    this.#at++
    this.#next = 'value'
  }

  #value(unit: number): void {
    const start = this.#at
    if (unit === QUOTE) {
      const hasEscapes = this.#skipString()
      this.#parts?.string(start, this.#at, hasEscapes)
    } else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
      const isArray = unit === OPEN_ARRAY
      this.#at++
      if (this.#open.push(isArray) > MAX_JSON_DEPTH) throw new SyntaxError('JSON is nested too deeply')
      this.#parts?.open(isArray, start)
      this.#next = isArray ? 'value or end' : 'key or end'
      return
    } else if (unit === MINUS || isDigit(unit)) {
      this.#skipNumber(unit)
      this.#parts?.number(start, this.#at)
    } else {
      this.#skipLiteral()
      this.#parts?.literal(start, this.#at)
    }
    this.#valueIsOver()
  }

  #valueIsOver(): void {
    this.#next = this.#open.length === 0 ? 'nothing' : 'comma or end'
  }

  /** Returns whether there are escapes in it. */
  #skipString(): boolean {
    const text = this.#text
    let hasEscapes = false
    let at = this.#at + 1
    let plainUntil = at + SHORT
    for (;;) {
      const unit = text.charCodeAt(at)
      if (unit === QUOTE) break
      if (unit === BACKSLASH) {
        hasEscapes = true
        at = matchFrom(ESCAPE, text, at)
      } else if (unit >= FIRST_PRINTABLE) at++
      else at = -1
      if (at < 0) throw this.#unexpected()
      if (at >= plainUntil) {
        at = matchFrom(PLAIN, text, at)
        plainUntil = at + SHORT
      }
    }
    this.#at = at + 1
    return hasEscapes
  }

  #skipNumber(first: number): void {
    const text = this.#text
    let at = first === MINUS ? this.#at + 1 : this.#at
    const digit = text.charCodeAt(at)
    if (!isDigit(digit)) throw this.#unexpected()
    at++
    if (digit !== ZERO) while (isDigit(text.charCodeAt(at))) at++
    const unit = text.charCodeAt(at)
    // A point or an exponent.
    if (unit === 0x2e || unit === 0x65 || unit === 0x45) at = matchFrom(NUMBER_TAIL, text, at)
    this.#at = at
  }

  #skipLiteral(): void {
    for (const literal of ['true', 'false', 'null']) {
      if (!this.#text.startsWith(literal, this.#at)) continue
      this.#at += literal.length
      return
    }
    throw this.#unexpected()
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`Unexpected end or character in JSON at position ${this.#at}`)
  }
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= 0x39
}

/** Where the match ends that begins at a place; -1 if there is none. */
function matchFrom(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at
  return expression.test(text) ? expression.lastIndex : -1
}

/** What a JSON text is on its outside; `undefined` for a text that is not JSON. */
export function kindOfJson(text: string): 'array' | 'object' | 'other' | undefined {
  try {
    new JsonScanner(text).scan()
  } catch {
    return undefined
  }
  const first = text.trimStart().charCodeAt(0)
  if (first === OPEN_ARRAY) return 'array'
  return first === OPEN_OBJECT ? 'object' : 'other'
}
