import { fileURLToPath } from 'node:url'
import { boundToParent, startProcess } from '@isolated-runtime/testing'
import { Queue, QueueEvents } from 'bullmq'
import type { Caller } from './caller.ts'

const WORKER = fileURLToPath(new URL('stock-worker.ts', import.meta.url))

export type StockMode = 'no-op' | 'process' | 'thread'

/** Stock BullMQ, as its manual has it: `add`, then `waitUntilFinished`; finished jobs are kept for a minute. */
export class Stock implements AsyncDisposable {
  readonly #url: string
  readonly #name: string
  readonly #stack: AsyncDisposableStack

  private constructor(url: string, name: string, stack: AsyncDisposableStack) {
    this.#url = url
    this.#name = name
    this.#stack = stack
  }

  static async start(url: string, mode: StockMode): Promise<Stock> {
    await using stack = new AsyncDisposableStack()
    const name = `stock-${mode}`
    const worker = stack.use(
      await startProcess(...boundToParent(process.execPath, [WORKER, url, name, mode]), { env: process.env }),
    )
    await worker.waitForLine(/ready/, 30_000)
    return new Stock(url, name, stack.move())
  }

  /** A producer with connections of its own. */
  async caller(payload: unknown): Promise<Caller> {
    const { hostname: host, port } = new URL(this.#url)
    const connection = { host, port: Number(port) }
    const queue = new Queue(this.#name, { connection })
    const events = new QueueEvents(this.#name, { connection })
    // One listener for each wait, as stock has it.
    queue.setMaxListeners(0)
    await Promise.all([queue.waitUntilReady(), events.waitUntilReady()])
    const caller = {
      call: async () => {
        const job = await queue.add('call', payload, {
          removeOnComplete: { age: 60, count: 10_000 },
          removeOnFail: true,
        })
        return job.waitUntilFinished(events, 60_000)
      },
      async [Symbol.asyncDispose]() {
        await events.close()
        await queue.close()
      },
    }
    return this.#stack.use(caller)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}
