import { internalBinding } from './internal-binding.ts'

/** `crypto.getRandomValues` gives no more at once. */
const MAX_BYTES = 65_536

let fill = (bytes: Uint8Array<ArrayBuffer>): unknown => globalThis.crypto.getRandomValues(bytes)

/**
 * Called when a thread starts. The global `crypto` loads its modules when it is first used: a guest could do that at the
 * end of the stack, where this load aborts the process.
 */
export function prepareEntropy(): void {
  const { kCryptoJobSync, RandomBytesJob } = internalBinding('crypto')
  fill = (bytes) => {
    const [error] = new RandomBytesJob(kCryptoJobSync, bytes, 0, bytes.length).run()
    if (error !== undefined) throw new Error('The system gave no random bytes', { cause: error })
  }
}

/** Random bytes for a realm, as hexadecimal text: no buffer of the thread's reaches it. */
export function entropy(count: number): string {
  if (!Number.isInteger(count) || count < 0 || count > MAX_BYTES)
    throw new RangeError(`Random bytes come in batches of at most ${MAX_BYTES}, ${count} were asked for`)
  const bytes = new Uint8Array(count)
  fill(bytes)
  return bytes.toHex()
}
