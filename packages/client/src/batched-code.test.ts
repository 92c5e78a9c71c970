import { createBundle, resolveLimits, usageSchema, type EncodedOutcome } from '@isolated-runtime/protocol'
import type { SubmittedRun } from '@isolated-runtime/queue'
import { expect, test } from 'vitest'
import { createRunBatches } from './run-batches.ts'
import type { ReadyRun } from './run-sender.ts'

const report = { logs: [], logsDropped: 0, usage: usageSchema.parse({ wallMs: 0.1 }) }
const packed = createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = () => 1' } })

const ready = (code: Pick<ReadyRun, 'packed'>): ReadyRun => ({
  ...code,
  run: {
    id: 'a',
    tenant: 'acme',
    bundle: packed.id,
    file: '/a.js',
    funcName: 'a',
    argsJson: '[]',
    limits: resolveLimits(),
    expiresInMs: 1_000,
  },
})

const outcomeOf = ({ run: { items } }: ReadyRun): EncodedOutcome => {
  const reports = items?.map((_, item) => ({
    item,
    status: 'succeeded',
    value: 1,
    bytesOut: 1,
    wallMs: 0,
    cpuMs: 0,
  }))
  return { status: 'succeeded', valueJson: JSON.stringify(reports ?? 1), ...report }
}

test('runs that travel together bring their code along, whichever of them has it', async () => {
  const sent: ReadyRun[] = []
  const held = Promise.withResolvers<void>()
  const send = async (one: ReadyRun): Promise<SubmittedRun> => {
    const isHeld = sent.push(one) <= 8
    const outcome = (async () => {
      if (isHeld) await held.promise
      return outcomeOf(one)
    })()
    return { id: one.run.id, tenant: one.run.tenant, outcome }
  }
  const batches = createRunBatches({ send })
  const many = (runs: number): Promise<unknown>[] =>
    Array.from({ length: runs }, () => batches.outcome(ready({})))
  const first = many(8)
  await Promise.all(many(16))
  await Promise.all([batches.outcome(ready({})), batches.outcome(ready({ packed }))])
  expect(sent.at(-1)).toMatchObject({ packed: { id: packed.id }, run: { items: ['[]', '[]'] } })
  held.resolve()
  await Promise.all(first)
})
