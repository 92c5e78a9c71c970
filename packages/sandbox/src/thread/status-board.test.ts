import { describe, expect, it } from 'vitest'
import { monotonicMs } from './monotonic-ms.ts'
import { StatusBoard } from './status-board.ts'

function shared(): { thread: StatusBoard; cell: StatusBoard } {
  const thread = new StatusBoard()
  return { thread, cell: new StatusBoard(thread.buffer) }
}

describe('StatusBoard', () => {
  it('tells nothing of a run that was not taken up', () => {
    expect(shared().cell.read()).toMatchObject({ seq: 0 })
  })

  it('tells since when a run goes on, and its report once it has settled', () => {
    const { thread, cell } = shared()
    thread.start(7, 100.5, 30.25, 0)
    expect(cell.read()).toEqual({
      seq: 7,
      item: 0,
      startedAt: 100.5,
      cpuBefore: 30.25,
      idleBefore: 0,
      runStartedAt: 100.5,
      settled: undefined,
      atRest: false,
    })
    thread.settle(7, 200.25, '{"text":"ä€😀"}')
    expect(cell.read()).toEqual({
      seq: 7,
      item: 0,
      startedAt: 100.5,
      cpuBefore: 30.25,
      idleBefore: 0,
      runStartedAt: 100.5,
      settled: { at: 200.25 },
      atRest: false,
    })
    expect(cell.report()).toBe('{"text":"ä€😀"}')
    thread.rest(7)
    expect(cell.read()).toMatchObject({ seq: 7, atRest: true })
  })

  it('forgets the report when the next run is taken up', () => {
    const { thread, cell } = shared()
    thread.start(1, 1, 0, 0)
    thread.settle(1, 2, 'first')
    thread.start(2, 3, 5, 0)
    expect(cell.read()).toEqual({
      seq: 2,
      item: 0,
      startedAt: 3,
      cpuBefore: 5,
      idleBefore: 0,
      runStartedAt: 3,
      settled: undefined,
      atRest: false,
    })
  })

  it('tells since when an item of a chunk goes on, and keeps the reports of those before it', () => {
    const { thread, cell } = shared()
    thread.start(1, 1, 0, 0)
    thread.beginItem(0, 2, 0.5, 0)
    expect(cell.notes()).toBe('')
    expect(thread.noteItem('"ä"')).toBe(true)
    thread.beginItem(1, 3, 1.5, 0)
    expect(cell.read()).toMatchObject({ seq: 1, item: 1, startedAt: 3, cpuBefore: 1.5 })
    expect(thread.noteItem('2')).toBe(true)
    expect(thread.noteItem('x'.repeat(1_000_000))).toBe(false)
    expect(cell.notes()).toBe('"ä",2')
    thread.start(2, 4, 5, 0)
    expect(cell.read()).toMatchObject({ seq: 2, item: 0, startedAt: 4 })
    expect(cell.notes()).toBe('')
  })

  it('tells since when an item with a realm of its own has settled, and whether it is at rest', () => {
    const { thread, cell } = shared()
    thread.start(1, 1, 0, 0)
    thread.beginItem(0, 2, 0.5, 0)
    expect(cell.read().itemSettled).toBeUndefined()
    thread.settleItem(0, 3.5)
    expect(cell.read()).toMatchObject({ settled: undefined, itemSettled: { at: 3.5, atRest: false } })
    thread.restItem(0)
    expect(cell.read().itemSettled).toEqual({ at: 3.5, atRest: true })
    thread.beginItem(1, 4, 1.5, 0)
    expect(cell.read().itemSettled).toBeUndefined()
    thread.settleItem(1, 5)
    thread.start(2, 6, 5, 0)
    expect(cell.read().itemSettled).toBeUndefined()
  })

  it('has room for a report of 4 MiB, none for a longer one, and says so', () => {
    const { thread, cell } = shared()
    const longest = 'x'.repeat(4 * 1024 * 1024)
    thread.start(1, 1, 0, 0)
    thread.settle(1, 2, longest)
    expect(cell.report()).toBe(longest)
    thread.start(2, 1, 0, 0)
    thread.settle(2, 2, `${longest}x`)
    expect(cell.read().settled).toEqual({ at: 2 })
    expect(cell.report()).toBeUndefined()
  })

  it('lets the time of a run stand still while its modules are compiled, for two seconds at most', () => {
    const { thread, cell } = shared()
    const now = monotonicMs()
    thread.start(1, now, 10, 0)
    thread.beginCompiling(now + 1)
    thread.endCompiling(now + 301, 250)
    expect(cell.read().startedAt).toBeCloseTo(now + 300)
    expect(cell.read()).toMatchObject({ cpuBefore: 260, runStartedAt: now })
    thread.beginCompiling(monotonicMs() - 500)
    expect(cell.read().startedAt).toBeGreaterThanOrEqual(now + 800)
    thread.endCompiling(monotonicMs() + 60_000, 1)
    expect(cell.read().startedAt).toBeCloseTo(now + 2_000)
    thread.beginItem(1, now, 10, 0)
    expect(cell.read()).toMatchObject({ startedAt: now, cpuBefore: 10 })
  })
})
