import type { ComfortKit } from './kit.ts'

interface Encodings {
  readonly TextEncoder: typeof TextEncoder
  readonly TextDecoder: typeof TextDecoder
}

/** Makes `TextEncoder` and `TextDecoder`: UTF-8, UTF-16 and the single-byte encodings. */
export function createEncoding(kit: ComfortKit): Encodings {
  return kit.callHost('library', 'encoding')() as Encodings
}
