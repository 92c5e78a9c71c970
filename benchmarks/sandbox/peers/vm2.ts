import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { inFlight } from '../contender.ts'
import { CODE, FUNC_NAME, INPUT } from '../work.ts'
import type { Peer } from './peer.ts'

/** vm2 in a worker thread, with a `NodeVM` for each run: the design of isolated-runtime 1. */
export async function startVm2(calls: number): Promise<Peer> {
  await import('vm2')
  const worker = new Worker(new URL('vm2-thread.ts', import.meta.url), {
    workerData: { code: CODE, funcName: FUNC_NAME },
  })
  await once(worker, 'message')
  const waiting: ((result: string) => void)[] = []
  worker.on('message', (result: string) => waiting.shift()?.(result))
  const run = (): Promise<string> =>
    new Promise((resolve) => {
      waiting.push(resolve)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
      worker.postMessage(INPUT)
    })
  return {
    contender: inFlight(calls, run),
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  }
}
