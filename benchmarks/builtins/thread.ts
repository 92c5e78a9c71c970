// A thread with one realm: runs loops in it, and says how many milliseconds each took.
import { runInContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { createRealm } from '@isolated-runtime/sandbox/realm'
import { loopOf, MISSING, ROUNDS } from './loops.ts'
import type { LoopRequest } from './realm-thread.ts'

type Loop = (rounds: number) => unknown

const { context } = createRealm(workerData as 'fresh' | 'hardened')
let loop: { readonly name: string; readonly run: Loop } | undefined

parentPort?.on('message', ({ name, calls }: LoopRequest) => {
  if (name === undefined)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    return parentPort?.postMessage(Array.from(runInContext(MISSING, context) as string[]))
  if (loop?.name !== name) loop = { name, run: runInContext(loopOf(name), context) as Loop }
  const before = performance.now()
  for (let call = 0; call < calls; call++) loop.run(ROUNDS)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
  return parentPort?.postMessage(performance.now() - before)
})
