import type { ComfortKit } from './kit.ts'

/** Makes `crypto`: random values and nothing else. Entropy comes as text, in batches. */
export function createCrypto(kit: ComfortKit) {
  const MOST_BYTES = 65_536
  const BATCH_BYTES = 512
  const VIEWS = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    BigInt64Array,
    BigUint64Array,
  ]
  let batch = new Uint8Array()

  function exception(message: string, name: string): Error {
    return new (kit.use('exceptions').DOMException)(message, name)
  }

  /** Bytes that are given out once. */
  function take(length: number): Uint8Array {
    if (batch.length < length) {
      batch = Uint8Array.fromHex(kit.callHost('entropy', length > BATCH_BYTES ? length : BATCH_BYTES))
    }
    const taken = batch.subarray(0, length)
    batch = batch.subarray(length)
    return taken
  }

  class Crypto {
    getRandomValues<View extends ArrayBufferView>(view: View): View {
      if (!VIEWS.some((View) => view instanceof View))
        throw exception('The data argument must be an integer-type TypedArray', 'TypeMismatchError')
      const { buffer, byteOffset, byteLength } = view
      if (byteLength > MOST_BYTES)
        throw exception(
          `The requested length is ${byteLength} bytes, the most at once is ${MOST_BYTES}`,
          'QuotaExceededError',
        )
      new Uint8Array(buffer, byteOffset, byteLength).set(take(byteLength))
      return view
    }

    randomUUID(): string {
      const bytes = take(16)
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      const hex = bytes.toHex()
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
    }
  }
  Object.defineProperty(Crypto.prototype, Symbol.toStringTag, { value: 'Crypto', configurable: true })

  return { crypto: new Crypto() }
}
