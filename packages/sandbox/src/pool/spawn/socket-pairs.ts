import { randomBytes, timingSafeEqual } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Two ends of one connection, both of this process. */
export interface SocketPair {
  /** Paused, and nothing was read of it. */
  readonly near: Socket
  /** The same. */
  readonly far: Socket
}

const WORD_BYTES = 16
const CONNECT_MS = 5_000

/**
 * Connections that stand ready for processes to come. Node.js has no `socketpair()`: each is made over a socket without a file,
 * to which anybody on the machine may connect; the one who connected is known by a secret word.
 */
export class SocketPairs {
  readonly #size: number
  readonly #ready: SocketPair[] = []
  readonly #server: Server
  readonly #expected = new Set<(near: Socket, word: Buffer) => boolean>()
  readonly #address = `\0isolated-runtime-${randomBytes(WORD_BYTES).toString('hex')}`
  #coming = 0

  constructor(size: number) {
    this.#size = size
    this.#server = createServer((near) => this.#meet(near)).unref()
    // Where there can be none, there are no pairs, and the pool does without.
    this.#server.on('error', () => {})
    this.#server.listen(this.#address, () => this.#refill())
  }

  /** `undefined` if none is ready. */
  take(): SocketPair | undefined {
    const pair = this.#ready.pop()
    this.#refill()
    return pair
  }

  /** Ends those that nobody has taken. */
  close(): void {
    this.#server.close()
    for (const { near, far } of this.#ready.splice(0)) {
      near.destroy()
      far.destroy()
    }
  }

  #refill(): void {
    if (!this.#server.listening) return
    for (; this.#ready.length + this.#coming < this.#size; this.#coming++) void this.#connect()
  }

  async #connect(): Promise<void> {
    const secret = randomBytes(WORD_BYTES)
    const { promise, resolve } = Promise.withResolvers<SocketPair | undefined>()
    // Paused, for what comes there is for the process to read.
    const far = connect(this.#address).pause().unref()
    const timer = setTimeout(() => resolve(undefined), CONNECT_MS).unref()
    const expect = (near: Socket, word: Buffer): boolean => {
      if (!timingSafeEqual(word, secret)) return false
      resolve({ near, far })
      return true
    }
    this.#expected.add(expect)
    far.on('error', () => resolve(undefined))
    far.write(secret)
    const pair = await promise
    clearTimeout(timer)
    this.#expected.delete(expect)
    this.#coming--
    if (pair !== undefined && this.#server.listening) return void this.#ready.push(pair)
    far.destroy()
    pair?.near.destroy()
  }

  #meet(near: Socket): void {
    near.unref().on('error', () => {})
    near.setTimeout(CONNECT_MS, () => near.destroy())
    near.once('data', (word: Buffer) => {
      near.setTimeout(0)
      near.removeAllListeners('timeout')
      near.pause()
      const isExpected =
        word.length === WORD_BYTES && this.#expected.values().some((expect) => expect(near, word))
      if (!isExpected) near.destroy()
    })
  }
}
