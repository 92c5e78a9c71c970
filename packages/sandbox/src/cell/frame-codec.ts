const HEADER_BYTES = 4

/** One frame: the length of the body as four bytes, big-endian, then the body as JSON. */
export function encodeFrame(message: unknown): Buffer {
  const text = JSON.stringify(message)
  const bytes = Buffer.byteLength(text)
  const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes)
  frame.writeUInt32BE(bytes, 0)
  frame.write(text, HEADER_BYTES)
  return frame
}

/** Cuts a stream of bytes into the texts of frames. */
export class FrameDecoder {
  readonly #maxBytes: number
  #chunks: Buffer[] = []
  #held = 0
  /** Bytes of the body under way; `undefined` while its header is. */
  #wanted: number | undefined

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @throws RangeError as soon as a header announces more than the cap; the decoder is of no use after that */
  *push(chunk: Buffer): Generator<string> {
    this.#chunks.push(chunk)
    this.#held += chunk.length
    for (;;) {
      if (this.#wanted === undefined) {
        if (this.#held < HEADER_BYTES) return
        this.#wanted = this.#take(HEADER_BYTES).readUInt32BE(0)
        if (this.#wanted > this.#maxBytes) {
          throw new RangeError(
            `A frame announces ${this.#wanted} bytes, the most allowed is ${this.#maxBytes}`,
          )
        }
      }
      if (this.#held < this.#wanted) return
      const body = this.#take(this.#wanted)
      this.#wanted = undefined
      yield body.toString('utf8')
    }
  }

  /** Takes bytes off the front; they are there. */
  #take(bytes: number): Buffer {
    let all = this.#chunks[0] ?? Buffer.alloc(0)
    if (all.length < bytes) all = Buffer.concat(this.#chunks)
    else if (this.#chunks.length > 1) {
      const front = all.subarray(0, bytes)
      this.#chunks[0] = all.subarray(bytes)
      this.#held -= bytes
      return front
    }
    this.#chunks = [all.subarray(bytes)]
    this.#held -= bytes
    return all.subarray(0, bytes)
  }
}
