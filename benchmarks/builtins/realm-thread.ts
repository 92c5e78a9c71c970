import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

export interface LoopRequest {
  /** `undefined` asks for the methods that no loop calls. */
  readonly name: string | undefined
  readonly calls: number
}

/** Each in a thread of its own, because what one realm does to the fast paths of V8 holds for all realms of a thread. */
export class RealmThread {
  readonly #worker: Worker

  constructor(realm: 'fresh' | 'hardened') {
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: realm })
  }

  async run(name: string, calls: number): Promise<number> {
    return (await this.#ask({ name, calls })) as number
  }

  async missing(): Promise<readonly string[]> {
    return (await this.#ask({ name: undefined, calls: 0 })) as readonly string[]
  }

  async #ask(request: LoopRequest): Promise<unknown> {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    this.#worker.postMessage(request)
    const [answer] = (await once(this.#worker, 'message')) as [unknown]
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }
}
