import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { codeOf, type Contender } from './contender.ts'

/** vm2 in one worker thread, with a `NodeVM` for each call: the design of isolated-runtime 1. */
export async function startVm2(): Promise<Contender> {
  await import('vm2')
  const worker = new Worker(new URL('vm2-thread.ts', import.meta.url))
  await once(worker, 'message')
  const waiting: (() => void)[] = []
  worker.on('message', () => waiting.shift()?.())
  return {
    call: (tenant) =>
      new Promise((resolve) => {
        waiting.push(resolve)
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
        worker.postMessage(codeOf(tenant))
      }),
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  }
}
