import { createBundle, resolveLimits, usageSchema, type EncodedOutcome } from '@isolated-runtime/protocol'
import { expect, test } from 'vitest'
import { createLocalBatches } from './local-batches.ts'

const run = {
  bundle: createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = () => 1' } }),
  file: '/a.js',
  funcName: 'a',
  argsJson: '[]',
  contextJson: undefined,
  limits: resolveLimits(),
  tenant: 'acme',
}

const outcomeAfter = (wallMs: number): EncodedOutcome => ({
  status: 'succeeded',
  valueJson: '1',
  logs: [],
  logsDropped: 0,
  usage: usageSchema.parse({ wallMs }),
})

test('runs that wait are passed on when their function becomes slow, and not passed by those that come later', async () => {
  const given: PromiseWithResolvers<EncodedOutcome>[] = []
  const sandbox = {
    slots: 1,
    run: () => {
      const answer = Promise.withResolvers<EncodedOutcome>()
      given.push(answer)
      return answer.promise
    },
  }
  const batches = createLocalBatches(sandbox)
  const [slow, held, ...quick] = Array.from({ length: 18 }, () => batches.outcome(run))
  for (const answer of given.slice(2)) answer.resolve(outcomeAfter(0.1))
  await Promise.all(quick)
  const waiting = batches.outcome(run)
  expect(given.length).toBe(18)
  given[0]?.resolve(outcomeAfter(1_000))
  await slow
  expect(given.length).toBe(19)
  for (const answer of given) answer.resolve(outcomeAfter(1))
  await Promise.all([held, waiting])
})
