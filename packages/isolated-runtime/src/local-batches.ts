import {
  Batcher,
  outcomeOfCall,
  resultOfBatch,
  type BatchTiming,
  type SingleCall,
  type WaitingRuns,
} from '@isolated-runtime/protocol'
import type { Sandbox, SandboxRun } from '@isolated-runtime/sandbox'

/** A run of a single call. */
export interface LocalRun extends SandboxRun {
  readonly call: SingleCall
}

/** Gives quick runs of one function to the sandbox in batches where they would have waited for a thread. */
export function createBatcher(sandbox: Pick<Sandbox, 'run' | 'slots'>): Batcher<LocalRun> {
  return new Batcher({
    callOf: ({ call }) => call,
    keyOf,
    sendCall: async (run) => outcomeOfCall(await sandbox.run(run)),
    sendBatch: async ([run], items) => {
      const call = { ...run.call, work: { kind: 'batch', items, realms: 'own' } } as const
      return resultOfBatch(await sandbox.run({ ...run, call }))
    },
    timingOf: (waiting) => whenThreadsAreFree(waiting, sandbox.slots),
  })
}

/**
 * Each thread gets its part of the runs that wait. Those of a function that has become slow are sent by themselves, at
 * once: runs that come later are too, and would leave no thread to those that wait here.
 */
function whenThreadsAreFree(waiting: WaitingRuns, slots: number): BatchTiming {
  return {
    aloneAtOnce: slots,
    onSettled: () => {
      const { areQuick, perBatch } = waiting.quick
      const atOnce = areQuick ? slots : Infinity
      while (waiting.batchesInFlight < atOnce && waiting.size > 0)
        waiting.send(areQuick ? Math.min(Math.ceil(waiting.size / slots), perBatch) : 1)
    },
  }
}

function keyOf({ bundle, tenant, call }: LocalRun): string | undefined {
  if (call.progress === true) return undefined
  return `${bundle.id} ${JSON.stringify([tenant, { ...call, work: undefined }])}`
}
