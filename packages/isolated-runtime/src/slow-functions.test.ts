import { createBundle, resolveLimits, usageSchema, type EncodedOutcome } from '@isolated-runtime/protocol'
import { Batcher, type ReadyCall } from '@isolated-runtime/runtime'
import { expect, test } from 'vitest'
import { batchingFor } from './batching.ts'
import type { LocalRun } from './local-run.ts'

const run = {
  bundle: createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = () => 1' } }),
  tenant: 'acme',
  retries: undefined,
  call: {
    file: '/a.js',
    funcName: 'a',
    work: { kind: 'call', argsJson: '[]' },
    freezeContext: false,
    realm: 'fresh',
    limits: resolveLimits(),
  },
} as const satisfies ReadyCall<LocalRun>

const outcomeAfter = (wallMs: number): EncodedOutcome => ({
  status: 'succeeded',
  valueJson: '1',
  logs: [],
  logsDropped: 0,
  usage: usageSchema.parse({ wallMs }),
})

test('runs that wait are passed on when their function becomes slow, and not passed by those that come later', async () => {
  const given: PromiseWithResolvers<EncodedOutcome>[] = []
  const batcher = new Batcher<ReadyCall<LocalRun>>({
    ...batchingFor(1),
    callOf: ({ call }) => call,
    sendCall: () => {
      const answer = Promise.withResolvers<EncodedOutcome>()
      given.push(answer)
      return answer.promise
    },
    sendBatch: () => Promise.reject(new Error('A slow function has no batches')),
  })
  const [slow, held, ...quick] = Array.from({ length: 18 }, () => batcher.outcome(run))
  for (const answer of given.slice(2)) answer.resolve(outcomeAfter(0.1))
  await Promise.all(quick)
  const waiting = batcher.outcome(run)
  expect(given.length).toBe(18)
  given[0]?.resolve(outcomeAfter(1_000))
  await slow
  expect(given.length).toBe(19)
  for (const answer of given) answer.resolve(outcomeAfter(1))
  await Promise.all([held, waiting])
})
