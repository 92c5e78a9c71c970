import type { Wish } from './placement.ts'
import { isOf, type PlaceView } from './places.ts'

/** Something that waits for a slot. */
export interface Waiting {
  readonly wish: Wish
}

interface Line<W> {
  since: number
  readonly waiting: Set<W>
}

/**
 * What waits for a slot, in a line for each kind of wish: of a line only the head can be placed, so a thousand runs
 * of one tenant are looked at once.
 */
export class WaitingLines<W extends Waiting> {
  readonly #lines = new Map<string, Line<W>>()

  add(waiting: W, now = performance.now()): void {
    const key = keyOf(waiting.wish)
    const line = this.#lines.get(key)
    if (line === undefined) this.#lines.set(key, { since: now, waiting: new Set([waiting]) })
    else line.waiting.add(waiting)
  }

  /** Its line has had its turn, and goes behind the others. */
  remove(waiting: W): void {
    const key = keyOf(waiting.wish)
    const line = this.#lines.get(key)
    if (line?.waiting.delete(waiting) !== true) return
    this.#lines.delete(key)
    if (line.waiting.size > 0) this.#lines.set(key, line)
  }

  /**
   * The heads of all lines, the line that has waited longest for its turn first. A head may be removed while they are gone
   * through: its line comes again, after all others.
   */
  *heads(): Generator<W> {
    for (const { waiting } of this.#lines.values()) yield* waiting.values().take(1)
  }

  /** For how long the line of a head has not been empty, or since it last got another place, in milliseconds. */
  waitedMs({ wish }: W, now: number): number {
    return now - (this.#lines.get(keyOf(wish))?.since ?? now)
  }

  /** Notes that the line of a head gets another place. */
  gotPlace({ wish }: W, now: number): void {
    const line = this.#lines.get(keyOf(wish))
    if (line !== undefined) line.since = now
  }

  /** Whether something waits that wishes for such a place. */
  wants(place: Pick<PlaceView, 'memoryMb' | 'cordon'>): boolean {
    return this.heads().some(({ wish }) => isOf(place, wish))
  }

  /** Everything that waits. */
  all(): W[] {
    return [...this.#lines.values()].flatMap(({ waiting }) => [...waiting])
  }
}

function keyOf({ tenant, memoryMb, cordon = '', alone }: Wish): string {
  return `${memoryMb} ${alone ? 'alone' : 'shared'} ${cordon} ${tenant}`
}
