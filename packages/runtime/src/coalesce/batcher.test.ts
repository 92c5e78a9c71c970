import { resolveLimits, usageSchema, type EncodedOutcome, type SingleCall } from '@isolated-runtime/protocol'
import { expect, it } from 'vitest'
import { Batcher } from './batcher.ts'
import type { WaitingRuns } from './similar-runs.ts'

const quick: Pick<EncodedOutcome, 'logs' | 'logsDropped' | 'usage'> = {
  logs: [],
  logsDropped: 0,
  usage: usageSchema.parse({ wallMs: 0.1 }),
}

/** A call with one argument list. */
function callWith(argsJson: string, funcName = 'same'): SingleCall {
  const plain = { file: '/a.js', funcName, freezeContext: false, realm: 'fresh' } as const
  return { ...plain, work: { kind: 'call', argsJson }, limits: resolveLimits() }
}

/** A batcher that knows a function to be quick, with one run of it in flight; those that wait are sent when told. */
async function quickBatcher() {
  const sent: (string | readonly string[])[] = []
  const functions: WaitingRuns[] = []
  const held = Promise.withResolvers<void>()
  const batcher = new Batcher<SingleCall>({
    callOf: (call) => call,
    keyOf: ({ funcName }) => funcName,
    sendCall: async ({ work: { argsJson } }) => {
      sent.push(argsJson)
      if (argsJson === '"held"') await held.promise
      return { status: 'succeeded', valueJson: argsJson, ...quick }
    },
    sendBatch: async (_, items) => {
      sent.push(items)
      if (items.includes('"fail"')) throw new Error('not sent')
      const reports = items.map((json, item) => {
        return { item, status: 'succeeded', value: JSON.parse(json), bytesOut: 1, wallMs: 0.1, cpuMs: 0 }
      })
      return { status: 'reported', reportsJson: JSON.stringify(reports), usage: quick.usage }
    },
    timingOf: (waiting) => {
      functions.push(waiting)
      return { aloneAtOnce: 1 }
    },
  })
  const outcome = (argsJson: string, funcName?: string) => batcher.outcome(callWith(argsJson, funcName))
  const first = outcome('"held"')
  // Not known to be quick, they are sent by themselves.
  await Promise.all(Array.from({ length: 16 }, () => outcome('0')))
  sent.length = 0
  const end = async (): Promise<void> => {
    held.resolve()
    await first
  }
  return { outcome, functions, sent, end, send: (count: number) => functions.at(-1)?.send(count) }
}

it('runs of a batch get each its own outcome', async () => {
  const { outcome, sent, send } = await quickBatcher()
  const outcomes = ['1', '2', '3'].map((argsJson) => outcome(argsJson))
  send(2)
  send(1)
  expect(await Promise.all(outcomes)).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }])
  expect(sent).toEqual([['1', '2'], '3'])
})

it('runs of a batch that cannot be sent fail together', async () => {
  const { outcome, send } = await quickBatcher()
  const outcomes = ['"fail"', '2'].map((argsJson) => outcome(argsJson))
  send(2)
  const ends = await Promise.allSettled(outcomes)
  expect(ends).toMatchObject([{ reason: { message: 'not sent' } }, { reason: { message: 'not sent' } }])
})

it('a run with large arguments is sent by itself', async () => {
  const { outcome, sent } = await quickBatcher()
  const large = JSON.stringify('x'.repeat(32 * 1024))
  expect(await outcome(large)).toMatchObject({ status: 'succeeded' })
  expect(sent).toEqual([large])
})

it('runs whose arguments are too large for one batch are sent in several', async () => {
  const { outcome, sent, send } = await quickBatcher()
  const large = Array.from({ length: 10 }, (_, run) => JSON.stringify(String(run).padEnd(30_000)))
  const outcomes = large.map((argsJson) => outcome(argsJson))
  send(10)
  expect(await Promise.all(outcomes)).toMatchObject(large.map((json) => ({ value: JSON.parse(json) })))
  expect(sent).toEqual([large.slice(0, 6), large.slice(6)])
})

it('how long a function takes is known until a thousand others were called', async () => {
  const { outcome, functions, end } = await quickBatcher()
  await end()
  await outcome('1')
  expect(functions).toHaveLength(1)
  for (let other = 0; other < 1_000; other++) await outcome('1', `other ${other}`)
  await outcome('1')
  expect(functions).toHaveLength(1_002)
})
