import type { ComfortKit } from './kit.ts'

interface Encodings {
  readonly TextEncoder: typeof TextEncoder
  readonly TextDecoder: typeof TextDecoder
}

/** Makes `TextEncoder` and `TextDecoder`: UTF-8, UTF-16 and the single-byte encodings. */
export function createEncoding(kit: ComfortKit): Encodings {
  const encodings = kit.callHost('library', 'encoding')() as Encodings
  /** Their tables are larger than all else that guests have. */
  const LEFT_OUT = ['big5', 'euc-jp', 'euc-kr', 'gb18030', 'gbk', 'iso-2022-jp', 'shift_jis']

  /** The library takes them, and throws when it decodes. */
  class TextDecoder extends encodings.TextDecoder {
    constructor(...given: ConstructorParameters<typeof globalThis.TextDecoder>) {
      super(...given)
      if (LEFT_OUT.includes(this.encoding)) {
        const message = `The "${String(given[0])}" encoding is not supported`
        throw Object.assign(new RangeError(message), { code: 'ERR_ENCODING_NOT_SUPPORTED' })
      }
    }
  }

  return { TextEncoder: encodings.TextEncoder, TextDecoder }
}
