import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { expect, test } from 'vitest'
import { succeeded } from '../fixtures/runs.ts'
import { silentLogger } from '../logger.ts'
import type { RunResult } from '../run-result.ts'
import { RunWaits } from './run-waits.ts'
import type { StoredRun } from './stored-runs.ts'

const soon = { deadline: Date.now() + 60_000, lookEveryMs: 60_000, isQueued: true }

function waitsOn(stored: Map<string, StoredRun[]>, seen: string[][] = []): RunWaits {
  return new RunWaits({
    look: async (runIds) => {
      seen.push([...runIds])
      return runIds.map((runId) => stored.get(runId)?.shift() ?? { kind: 'missing' })
    },
    onMissedReply: () => undefined,
    onUnheardCancel: () => undefined,
    logger: silentLogger,
  })
}

const result = (value: unknown): RunResult => ({ kind: 'outcome', outcome: succeeded(value) })

test('the first of two outcomes counts', async () => {
  const waits = waitsOn(new Map())
  const waiting = waits.wait('r', soon)
  waits.settle('r', result('first'))
  waits.settle('r', result('second'))
  expect(await waiting).toMatchObject({ valueJson: '"first"' })
  expect(waits.size).toBe(0)
})

test('a run is lost only when it is missing twice', async () => {
  const stored = new Map<string, StoredRun[]>([
    ['late', [{ kind: 'missing' }, { kind: 'settled', result: result('there') }]],
  ])
  const waits = waitsOn(stored)
  const [late, lost] = [waits.wait('late', soon), waits.wait('lost', soon)]
  waits.lookAtAllSoon()
  expect(await late).toMatchObject({ valueJson: '"there"' })
  await expect(lost).rejects.toMatchObject({ code: 'RUN_LOST' })
})

test('a run that is not on the queue yet is not looked for', async () => {
  const seen: string[][] = []
  const waits = waitsOn(new Map([['r', [{ kind: 'settled', result: result(1) }]]]), seen)
  const waiting = waits.wait('r', { ...soon, isQueued: false })
  waits.lookAtAllSoon()
  expect(seen).toEqual([])
  waits.queued('r')
  waits.lookAtAllSoon()
  expect(await waiting).toMatchObject({ valueJson: '1' })
})

test('many waits are looked at in one go', async () => {
  const seen: string[][] = []
  const ids = Array.from({ length: 500 }, (_, index) => `r${index}`)
  const stored = new Map<string, StoredRun[]>(
    ids.map((id) => [id, [{ kind: 'settled', result: result(id) }]]),
  )
  const waits = waitsOn(stored, seen)
  const outcomes = Promise.all(ids.map((id) => waits.wait(id, soon)))
  waits.lookAtAllSoon()
  await outcomes
  expect(seen).toEqual([ids])
})

test('a wait that is past its deadline is looked at once more, then ends', async () => {
  const past = { ...soon, deadline: Date.now() - 1 }
  const waits = waitsOn(
    new Map<string, StoredRun[]>([
      ['done', [{ kind: 'settled', result: result(1) }]],
      ['taken', [{ kind: 'unsettled', takenBy: 'e1' }]],
    ]),
  )
  const [done, taken] = [waits.wait('done', past), waits.wait('taken', past)]
  expect(await done).toMatchObject({ valueJson: '1' })
  await expect(taken).rejects.toMatchObject({
    code: 'WAIT_TIMED_OUT',
    message: 'No outcome of run "taken" was seen by the deadline of the wait: executor "e1" has taken it',
  })
})

test('rejectAll() ends every wait', async () => {
  const waits = waitsOn(new Map())
  const waiting = waits.wait('r', soon)
  waits.rejectAll((runId) => new IsolatedRuntimeError('CLOSED', runId))
  await expect(waiting).rejects.toMatchObject({ code: 'CLOSED', message: 'r' })
})
