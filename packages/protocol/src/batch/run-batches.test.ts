import { expect, it } from 'vitest'
import type { EncodedOutcome } from '../outcome.ts'
import { usageSchema } from '../usage.ts'
import { RunBatches } from './run-batches.ts'
import type { WaitingRuns } from './run-group.ts'

type Run = { readonly argsJson: string; readonly call?: string }

const quick: Pick<EncodedOutcome, 'logs' | 'logsDropped' | 'usage'> = {
  logs: [],
  logsDropped: 0,
  usage: usageSchema.parse({ wallMs: 0.1 }),
}

/** Batches of a function known to be quick, of which one run is under way; those that wait leave when told. */
async function quickBatches() {
  const sent: (string | readonly string[])[] = []
  const groups: WaitingRuns[] = []
  const held = Promise.withResolvers<void>()
  const batches = new RunBatches<Run>({
    callOf: (run) => run,
    keyOf: ({ call = 'same' }) => call,
    alone: async ({ argsJson }) => {
      sent.push(argsJson)
      if (argsJson === '"held"') await held.promise
      return { status: 'succeeded', valueJson: argsJson, ...quick }
    },
    together: async (_, items) => {
      sent.push(items)
      if (items.includes('"fail"')) throw new Error('not sent')
      const reports = items.map((json, item) => {
        return { item, status: 'succeeded', value: JSON.parse(json), bytesOut: 1, wallMs: 0.1, cpuMs: 0 }
      })
      return { status: 'succeeded', valueJson: JSON.stringify(reports), ...quick }
    },
    departuresOf: (waiting) => {
      groups.push(waiting)
      return { aloneAtOnce: 1 }
    },
  })
  const first = batches.outcome({ argsJson: '"held"' })
  // Not known to be quick, they go alone.
  await Promise.all(Array.from({ length: 16 }, () => batches.outcome({ argsJson: '0' })))
  sent.length = 0
  const over = async (): Promise<void> => {
    held.resolve()
    await first
  }
  return { batches, groups, sent, over, leave: (count: number) => groups.at(-1)?.send(count) }
}

it('those that leave together get each its own outcome', async () => {
  const { batches, sent, leave } = await quickBatches()
  const outcomes = ['1', '2', '3'].map((argsJson) => batches.outcome({ argsJson }))
  leave(2)
  leave(1)
  expect(await Promise.all(outcomes)).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }])
  expect(sent).toEqual([['1', '2'], '3'])
})

it('those that leave together fail together when they cannot be sent', async () => {
  const { batches, leave } = await quickBatches()
  const outcomes = ['"fail"', '2'].map((argsJson) => batches.outcome({ argsJson }))
  leave(2)
  const ends = await Promise.allSettled(outcomes)
  expect(ends).toMatchObject([{ reason: { message: 'not sent' } }, { reason: { message: 'not sent' } }])
})

it('a run with large arguments travels alone', async () => {
  const { batches, sent } = await quickBatches()
  const large = JSON.stringify('x'.repeat(32 * 1024))
  expect(await batches.outcome({ argsJson: large })).toMatchObject({ status: 'succeeded' })
  expect(sent).toEqual([large])
})

it('those whose arguments are large together leave in parts', async () => {
  const { batches, sent, leave } = await quickBatches()
  const large = Array.from({ length: 10 }, (_, run) => JSON.stringify(String(run).padEnd(30_000)))
  const outcomes = large.map((argsJson) => batches.outcome({ argsJson }))
  leave(10)
  expect(await Promise.all(outcomes)).toMatchObject(large.map((json) => ({ value: JSON.parse(json) })))
  expect(sent).toEqual([large.slice(0, 6), large.slice(6)])
})

it('how long a function takes is known until a thousand others were called', async () => {
  const { batches, groups, over } = await quickBatches()
  await over()
  await batches.outcome({ argsJson: '1' })
  expect(groups).toHaveLength(1)
  for (let other = 0; other < 1_000; other++) await batches.outcome({ argsJson: '1', call: `other ${other}` })
  await batches.outcome({ argsJson: '1' })
  expect(groups).toHaveLength(1_002)
})
