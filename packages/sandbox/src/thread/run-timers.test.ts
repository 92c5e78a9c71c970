import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { MAX_TIMERS, RunTimers } from './run-timers.ts'

describe('RunTimers', () => {
  it('fires once, by number', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const fired: number[] = []
    const timers = new RunTimers((id) => {
      fired.push(id)
      if (fired.length === 2) resolve()
    })
    timers.start(1, -1)
    timers.start(2, 1)
    await promise
    expect(new Set(fired)).toEqual(new Set([1, 2]))
  })

  it('fires nothing once it is closed, whenever it was started', async () => {
    const fired: number[] = []
    const timers = new RunTimers((id) => fired.push(id))
    timers.start(1, -1)
    timers.start(2, 1)
    timers.close()
    expect(timers.start(3, -1)).toBe(true)
    expect(timers.start(4, 1)).toBe(true)
    // Started later and for longer, so due after all of them.
    await delay(5)
    await nextTurn()
    expect(fired).toEqual([])
  })

  it('counts what is pending: a timer that is started anew counts once', () => {
    const timers = new RunTimers(() => {})
    for (let id = 0; id < MAX_TIMERS; id++) expect(timers.start(id, 60_000)).toBe(true)
    expect(timers.start(0, 60_000)).toBe(true)
    expect(timers.start(MAX_TIMERS, 60_000)).toBe(false)
    timers.stop(5)
    expect(timers.start(MAX_TIMERS, 60_000)).toBe(true)
    timers.close()
  })
})
