import type { Batching, BatchTiming, WaitingRuns } from '@isolated-runtime/runtime'
import type { LocalRun } from './local-run.ts'

/** Gives quick runs of one function to the sandbox in batches where they would have waited for a thread. */
export function batchingFor(slots: number): Batching<LocalRun> {
  return { keyOf, timingOf: (waiting) => whenThreadsAreFree(waiting, slots) }
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

function keyOf({ bundle, tenant, call, retries }: LocalRun): string | undefined {
  if (call.progress === true || retries !== undefined) return undefined
  return `${bundle.id} ${JSON.stringify([tenant, { ...call, work: undefined }])}`
}
