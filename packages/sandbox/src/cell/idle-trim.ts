import { collectGarbage } from '../engine/collect-garbage.ts'
import type { Places } from './places.ts'

/**
 * Has a cell give back memory when it has had no runs for a while, once, until there are runs again: threads end but for
 * one, and what is left collects its garbage. Not where threads are of several tenants.
 */
export class IdleTrim {
  readonly #places: Pick<Places, 'trim' | 'areOne'>
  readonly #afterMs: number
  #timer: NodeJS.Timeout | undefined

  constructor(places: Pick<Places, 'trim' | 'areOne'>, afterMs: number) {
    this.#places = places
    this.#afterMs = afterMs
  }

  /** There are no runs from here on. */
  begin(): void {
    this.#timer ??= setTimeout(() => this.#trim(), this.#afterMs)
  }

  /** There is a run. */
  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #trim(): void {
    if (!this.#places.areOne) return
    // Not loaded before: it would be a part of the start of each cell.
    collectGarbage(process.getBuiltinModule('node:v8').queryObjects)
    void this.#places.trim()
  }
}
