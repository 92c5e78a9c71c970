import { resolveLimits } from '@isolated-runtime/protocol'
import { createBundle, type ItemReport, type Work } from '@isolated-runtime/protocol'
import { describe, expect, it } from 'vitest'
import { endedByItem } from '../cell/batch-result.ts'
import { timedOut } from '../cell/outcomes.ts'
import { newCall } from '../fixtures/new-call.ts'
import { verdictOf } from './verdict-of.ts'

const call = newCall({ limits: resolveLimits({ timeoutMs: 1_000 }) })
const bundle = createBundle({ '/main.js': { kind: 'commonjs', code: '' } })
const entry = { run: { call, bundle, tenant: 'acme' }, processMb: 1 }
const stopped = { isGone: true, accountedMs: 0 }

/** Of a run that came to its limit of a second. */
function verdict(busyMs: number, cpuMs: number) {
  const told = { type: 'outcome', seq: 1, outcome: timedOut(1_000, 1_010, busyMs), stopped } as const
  return verdictOf(told, timedOut(1_000, 1_010, cpuMs), entry, true, true)
}

/** Of a batch whose last item did. */
function verdictOfBatch(reports: string, busyMs: number, cpuMs: number) {
  const ended = endedByItem(reports, 2, timedOut(1_000, 1_010))
  const told = { ...ended, usage: { ...ended.usage, cpuMs: busyMs } }
  const charged = { ...ended, usage: { ...ended.usage, cpuMs } }
  const work: Work = { kind: 'batch', items: ['[]', '[]', '[]'], realms: 'shared' }
  const run = { ...entry.run, call: { ...call, work } }
  return verdictOf(
    { type: 'outcome', seq: 1, outcome: told, stopped },
    charged,
    { run, processMb: 1 },
    true,
    true,
  )
}

function itemsOf(told: ReturnType<typeof verdictOf>): ItemReport[] {
  const json = told.kind === 'outcome' && told.outcome.status === 'reported' ? told.outcome.reportsJson : ''
  return JSON.parse(json) as ItemReport[]
}

describe('verdictOf()', () => {
  it.for([
    ['had hardly a processor', 1_000, 12, 'starved'],
    ['had one for a third of the time', 1_000, 330, 'outcome'],
    ['had one all the time', 1_000, 990, 'outcome'],
    ['awaited', 5, 4, 'outcome'],
    ['awaited for a while, then was starved', 900, 10, 'starved'],
  ] as const)('of a run at its time limit that %s', ([, busyMs, cpuMs, kind]) => {
    expect(verdict(busyMs, cpuMs).kind).toBe(kind)
  })

  it('charges the item that ended a batch what the others did not use, and leaves out one that starved', () => {
    const others = [0, 1]
      .map((item) => JSON.stringify({ item, status: 'succeeded', wallMs: 1, cpuMs: 20 }))
      .join()
    expect(itemsOf(verdictOfBatch(others, 1_000, 840))).toMatchObject([
      { item: 0, cpuMs: 20 },
      { item: 1, cpuMs: 20 },
      { item: 2, cpuMs: 800, status: 'timed-out' },
    ])
    expect(itemsOf(verdictOfBatch(others, 1_000, 50))).toMatchObject([{ item: 0 }, { item: 1 }])
    expect(verdictOfBatch('', 1_000, 10)).toMatchObject({ kind: 'starved' })
  })
})
