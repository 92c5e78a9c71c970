/** `crypto.getRandomValues` gives no more at once. */
const MAX_BYTES = 65_536

/** Taken before it is gone from the globals, called when a guest first asks: what it loads takes milliseconds. */
const property = Object.getOwnPropertyDescriptor(globalThis, 'crypto')

/** Random bytes for a realm, as hexadecimal text: no buffer of the thread's reaches it. */
export function entropy(bytes: number): string {
  if (!Number.isInteger(bytes) || bytes < 0 || bytes > MAX_BYTES)
    throw new RangeError(`Random bytes come in batches of at most ${MAX_BYTES}, ${bytes} were asked for`)
  const crypto = property?.get?.call(globalThis) as Crypto
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex()
}
