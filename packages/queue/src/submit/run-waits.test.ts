import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { latch } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { succeeded } from '../fixtures/runs.ts'
import { silentLogger } from '../logger.ts'
import type { RunResult } from '../payload/run-result.ts'
import { RunWaits, type RunWaitsOptions } from './run-waits.ts'
import type { StoredRun } from './stored-runs.ts'

const soon = { deadline: performance.now() + 60_000, lookEveryMs: 60_000, isQueued: true }

const stowed: RunResult = {
  kind: 'stowed',
  stowed: {
    status: 'succeeded',
    usage: succeeded(1).usage,
    payload: { name: 'r:a', bytes: 1, storedBytes: 1, hash: '' },
  },
}

function waitsOn(
  stored: Map<string, StoredRun[]>,
  seen: string[][] = [],
  fetch: RunWaitsOptions['fetch'] = async () => result('fetched'),
): RunWaits {
  return new RunWaits({
    look: async (runIds) => {
      seen.push([...runIds])
      return runIds.map((runId) => stored.get(runId)?.shift() ?? { kind: 'missing' })
    },
    onMissedReply: () => undefined,
    onUnheardCancel: () => undefined,
    fetch,
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
  const past = { ...soon, deadline: performance.now() - 1 }
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

test('an outcome that is stored beside its job is fetched once, however often it is told', async () => {
  let fetched = 0
  const fetch = async (): Promise<RunResult> => {
    fetched += 1
    return result('fetched')
  }
  const waits = waitsOn(new Map([['r', [{ kind: 'settled', result: stowed }]]]), [], fetch)
  const waiting = waits.wait('r', soon)
  waits.settle('r', stowed)
  waits.settle('r', stowed)
  waits.lookAtAllSoon()
  expect(await waiting).toMatchObject({ valueJson: '"fetched"' })
  expect(fetched).toBe(1)
})

test('fetching that fails is tried again, until the deadline', async () => {
  let isAway = true
  const fetch = async (runId: string): Promise<RunResult> => {
    if (runId === 'late' || isAway) throw new Error('away')
    return result('fetched')
  }
  const settled = { kind: 'settled', result: stowed } as const
  const waits = waitsOn(
    new Map<string, StoredRun[]>([
      ['r', [settled, settled]],
      ['late', [settled]],
    ]),
    [],
    fetch,
  )
  const [waiting, late] = [
    waits.wait('r', soon),
    waits.wait('late', { ...soon, deadline: performance.now() - 1 }),
  ]
  waits.lookAtAllSoon()
  await expect(late).rejects.toMatchObject({
    code: 'WAIT_TIMED_OUT',
    message: expect.stringContaining('it is stored, but cannot be fetched'),
  })
  isAway = false
  expect(await waiting).toMatchObject({ valueJson: '"fetched"' })
})

test('rejectAll() ends a wait whose outcome is being fetched', async () => {
  const gate = latch()
  const fetch = async (): Promise<RunResult> => {
    await gate.promise
    return result('late')
  }
  const waits = waitsOn(new Map(), [], fetch)
  const waiting = waits.wait('r', soon)
  waits.settle('r', stowed)
  waits.rejectAll((runId) => new IsolatedRuntimeError('CLOSED', runId))
  gate.resolve()
  await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' })
})

test('rejectAll() ends every wait', async () => {
  const waits = waitsOn(new Map())
  const waiting = waits.wait('r', soon)
  waits.rejectAll((runId) => new IsolatedRuntimeError('CLOSED', runId))
  await expect(waiting).rejects.toMatchObject({ code: 'CLOSED', message: 'r' })
})
