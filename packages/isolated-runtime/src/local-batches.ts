import { RunBatches, type Departures, type WaitingRuns } from '@isolated-runtime/protocol'
import type { Sandbox, SandboxRun } from '@isolated-runtime/sandbox'

/** Gives quick runs of one function to the sandbox together where they would have waited for a thread. */
export function createLocalBatches(sandbox: Pick<Sandbox, 'run' | 'slots'>): RunBatches<SandboxRun> {
  return new RunBatches({
    callOf: (run) => run,
    keyOf,
    alone: (run) => sandbox.run(run),
    together: ([run], items) => sandbox.run({ ...run, argsJson: '[]', items, ownRealms: true }),
    departuresOf: (waiting) => whenThreadsAreFree(waiting, sandbox.slots),
  })
}

/**
 * Each thread gets its part of those that wait. Those of a function that has become slow go alone and at once: runs that
 * come later do so too, and would leave no thread to those that wait here.
 */
function whenThreadsAreFree(waiting: WaitingRuns, slots: number): Departures {
  return {
    aloneAtOnce: slots,
    onOver: () => {
      const { areQuick, perBatch } = waiting.quick
      const atOnce = areQuick ? slots : Infinity
      while (waiting.underWay < atOnce && waiting.size > 0)
        waiting.send(areQuick ? Math.min(Math.ceil(waiting.size / slots), perBatch) : 1)
    },
  }
}

function keyOf(run: SandboxRun): string | undefined {
  const { argsJson: _, bundle, ...common } = run
  const isPlain = common.items === undefined && common.progress !== true
  return isPlain ? `${bundle.id} ${JSON.stringify(common)}` : undefined
}
