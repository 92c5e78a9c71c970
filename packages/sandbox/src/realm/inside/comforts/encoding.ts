import type { ComfortKit } from './kit.ts'

interface Encodings {
  readonly TextEncoder: typeof TextEncoder
  readonly TextDecoder: typeof TextDecoder
}

/** Makes `TextEncoder` and `TextDecoder`: UTF-8, UTF-16 and the single-byte encodings. */
export function createEncoding(kit: ComfortKit): Encodings {
  let library
  try {
    library = kit.port.library('encoding')
  } catch {
    throw new kit.pristine.Error('TextEncoder and TextDecoder could not be made')
  }
  return library() as Encodings
}
