import { createBundle, resolveLimits, usageSchema, type WorkResult } from '@isolated-runtime/protocol'
import type { SubmittedRun } from '@isolated-runtime/queue'
import { expect, test } from 'vitest'
import { createBatcher } from './run-batches.ts'
import type { ReadyCall, ReadyRun } from './run-sender.ts'

const report = { logs: [], logsDropped: 0, usage: usageSchema.parse({ wallMs: 0.1 }) }
const packed = createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = () => 1' } })

const ready = (code: Pick<ReadyRun, 'packed'>): ReadyCall => ({
  ...code,
  run: {
    id: 'a',
    tenant: 'acme',
    bundle: packed.id,
    call: {
      file: '/a.js',
      funcName: 'a',
      work: { kind: 'call', argsJson: '[]' },
      freezeContext: false,
      realm: 'fresh',
      limits: resolveLimits(),
    },
    expiresInMs: 1_000,
  },
})

const resultOf = ({ run }: ReadyRun): WorkResult => {
  const { work } = run.call
  if (work.kind === 'call') return { status: 'succeeded', valueJson: '1', ...report }
  const reports = work.items.map((_, item) => ({
    item,
    status: 'succeeded',
    value: 1,
    bytesOut: 1,
    wallMs: 0,
    cpuMs: 0,
  }))
  return { status: 'reported', reportsJson: JSON.stringify(reports), usage: report.usage }
}

test('runs in a batch bring their code along, whichever of them has it', async () => {
  const sent: ReadyRun[] = []
  const held = Promise.withResolvers<void>()
  const send = async (one: ReadyRun): Promise<SubmittedRun> => {
    const isHeld = sent.push(one) <= 8
    const outcome = (async () => {
      if (isHeld) await held.promise
      return resultOf(one)
    })()
    return { id: one.run.id, tenant: one.run.tenant, outcome }
  }
  const batcher = createBatcher({ send })
  const many = (runs: number): Promise<unknown>[] =>
    Array.from({ length: runs }, () => batcher.outcome(ready({})))
  const first = many(8)
  await Promise.all(many(16))
  await Promise.all([batcher.outcome(ready({})), batcher.outcome(ready({ packed }))])
  expect(sent.at(-1)).toMatchObject({
    packed: { id: packed.id },
    run: { call: { work: { items: ['[]', '[]'] } } },
  })
  held.resolve()
  await Promise.all(first)
})
