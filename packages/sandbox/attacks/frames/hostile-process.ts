import { EventEmitter } from 'node:events'
import { duplexPair, type Duplex } from 'node:stream'
import { encodeFrame } from '../../src/cell/frame-codec.ts'
import type { CellProcess } from '../../src/pool/cell-process.ts'

/** The process of a cell in the hands of an attacker, without the cost of a process: it says what it is told to. */
export class HostileProcess extends EventEmitter implements CellProcess {
  readonly pipe: Duplex
  readonly child = this
  readonly stderr = null
  readonly #voice: Duplex

  constructor() {
    super()
    const [ours, theirs] = duplexPair()
    this.pipe = ours
    this.#voice = theirs
    // It reads nothing; what is said to it must not pile up.
    theirs.on('error', () => {})
  }

  /** Resolves when the executor has heard it all, or hung up. */
  say(...chunks: readonly Buffer[]): Promise<void> {
    return new Promise((resolve) => {
      this.pipe.once('close', resolve)
      for (const chunk of chunks) this.#voice.write(chunk)
      this.#voice.write('', () => setImmediate(resolve))
    })
  }

  sayFrame(message: unknown): Promise<void> {
    return this.say(encodeFrame(message))
  }

  kill(): boolean {
    queueMicrotask(() => this.emit('close', null, 'SIGKILL'))
    return true
  }

  unref(): void {}
}
