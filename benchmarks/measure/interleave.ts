import type { Contender } from '../sandbox/contender.ts'
import { median } from './median.ts'

const SLICE_MS = 250
const WARM_UP_MS = 500
/** What the last one left behind is cleared away before it counts. */
const SETTLE_MS = 50

export interface Row {
  /** Runs a second, measured alone. */
  readonly alone: number
  /** Runs a second of each slice, measured in turn with all others. */
  readonly slices: readonly number[]
}

/** Measures each alone for a while, then all in turn, so that what the machine does meanwhile happens to all. */
export async function interleave(
  contenders: Readonly<Record<string, Contender>>,
  durationMs: number,
): Promise<Record<string, Row>> {
  const entries = Object.entries(contenders)
  const share = durationMs / 2 / entries.length
  const rows: Record<string, { readonly alone: number; readonly slices: number[] }> = {}
  for (const [name, contender] of entries) {
    await contender(WARM_UP_MS)
    rows[name] = { alone: await contender(share), slices: [] }
  }
  for (let slice = 0; slice < share / SLICE_MS; slice++) {
    for (const [name, contender] of entries) {
      await contender(SETTLE_MS)
      rows[name]?.slices.push(await contender(SLICE_MS))
    }
  }
  return rows
}

/** The median of the ratios of slices that were measured next to each other. */
export function ratio(row: Row | undefined, to: Row | undefined): number {
  return median((row?.slices ?? []).map((figure, slice) => figure / (to?.slices[slice] ?? Number.NaN)))
}
