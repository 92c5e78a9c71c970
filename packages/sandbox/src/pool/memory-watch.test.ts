import { describe, expect, it } from 'vitest'
import { MemoryWatch, type WatchedCell } from './memory-watch.ts'

describe('MemoryWatch', () => {
  it('looks at a cell while it has runs, and once more', async () => {
    const watch = new MemoryWatch()
    const busy = new SeenCell(1)
    const idle = new SeenCell(0)
    watch.add(busy)
    watch.add(idle)
    await busy.looks(3)
    expect(idle.count).toBe(1)
    busy.inFlight = 0
    const last = new SeenCell(0)
    watch.add(last)
    await last.looks(1)
    expect(busy.count).toBe(4)
  })

  it('does not look at a cell that is dead', async () => {
    const watch = new MemoryWatch()
    const dead = new SeenCell(1)
    dead.dead = true
    const idle = new SeenCell(0)
    watch.add(dead)
    watch.add(idle)
    await idle.looks(1)
    expect(dead.count).toBe(0)
  })
})

class SeenCell implements WatchedCell {
  dead = false
  count = 0
  inFlight: number
  #wanted = Infinity
  #seen = Promise.withResolvers<void>()

  constructor(inFlight: number) {
    this.inFlight = inFlight
  }

  checkMemory(): void {
    if (++this.count >= this.#wanted) this.#seen.resolve()
  }

  looks(count: number): Promise<void> {
    this.#wanted = count
    this.#seen = Promise.withResolvers()
    return this.#seen.promise
  }
}
