/** What placing needs to know of a cell. */
export interface CellView {
  /** Who it belongs to; `undefined` for a spare. */
  readonly owner: string | undefined
  readonly memoryMb: number
  readonly slots: number
  readonly inFlight: number
  /** Takes runs: started, not draining, not dead. */
  readonly open: boolean
  /** Takes no more runs and goes once it is idle. */
  readonly draining: boolean
  /** When it last took or ended a run, in milliseconds. */
  readonly usedAt: number
  /** When it came to belong to its owner, in milliseconds. */
  readonly ownedAt: number
}

export interface Wish {
  /** Whose turn it is; see `WaitingLines`. */
  readonly tenant: string
  /** Who a cell it runs in belongs to; see `Isolation`. */
  readonly owner: string
  readonly memoryMb: number
  /** Needs a cell of its own, that nobody was ever in and nobody comes into. */
  readonly alone: boolean
  /** It was in a cell that died. It may have a spare even when there is no room: nobody loses a cell for it. */
  readonly suspect: boolean
}

export interface Room {
  /** How many cells may belong to somebody at once. */
  readonly maxCells: number
  /** How many more may stand ready. */
  readonly spareCells: number
}

export type Placement<C extends CellView> =
  /** Run there. */
  | { readonly kind: 'run'; readonly cell: C }
  /** End that idle cell, then decide again. */
  | { readonly kind: 'retire'; readonly cell: C }
  /** Let that busy cell take no more runs. */
  | { readonly kind: 'drain'; readonly cell: C }
  /** Start a cell of that memory. */
  | { readonly kind: 'start' }
  /** Decide again when something changes, or after `againInMs`. */
  | { readonly kind: 'wait'; readonly againInMs?: number }

/** How long a tenant's idle cell is safe from tenants that have one: else two busy tenants would swap cells for ever. */
const LINGER_MS = 1_000

/**
 * How long a busy cell is left to its owner before another may have its place. Handing a cell over costs the start of a
 * process, a tenth of a second of CPU time and more: where tenants outnumber the cells, this bounds what goes into that
 * to a part of what goes into their runs.
 */
const TENURE_MS = 1_000

/**
 * Decides where a run goes: a free slot in a cell of its owner; else a spare; else the cell idle for longest makes
 * room. An owner without a cell is given one even when all are busy: whoever has the most cells loses one, after its
 * tenure, as soon as what runs there is over. No more of them are drained than spares stand ready, or one.
 */
export function place<C extends CellView>(
  cells: readonly C[],
  wish: Wish,
  room: Room,
  now: number,
): Placement<C> {
  const own = cells.filter(
    (cell) => cell.owner === wish.owner && cell.memoryMb === wish.memoryMb && cell.open,
  )
  if (!wish.alone) {
    const free = lowest(own, (cell) => (cell.inFlight < cell.slots ? cell.inFlight : undefined))
    if (free !== undefined) return { kind: 'run', cell: free }
  }
  const owned = cells.filter((cell) => cell.owner !== undefined)
  const maxOwned = room.maxCells + (wish.suspect ? room.spareCells : 0)
  if (owned.length < maxOwned) return takeSpare(cells, wish, maxOwned - owned.length + room.spareCells)
  if (isStarting(cells, wish)) return { kind: 'wait' }

  const idle = lowest(owned, (cell) => (cell.open && cell.inFlight === 0 ? cell.usedAt : undefined))
  if (idle !== undefined) {
    const againInMs = own.length === 0 || idle.owner === wish.owner ? 0 : idle.usedAt + LINGER_MS - now
    return againInMs > 0 ? { kind: 'wait', againInMs } : { kind: 'retire', cell: idle }
  }
  const hasItsShare = own.length > 0 && !wish.alone
  const draining = owned.filter((cell) => cell.draining).length
  if (hasItsShare || draining >= Math.max(1, readySpares(cells, wish).length)) return { kind: 'wait' }
  const victim = lowest(owned, (cell) =>
    cell.open ? -owned.filter((other) => other.owner === cell.owner).length : undefined,
  )
  if (victim === undefined) return { kind: 'wait' }
  const againInMs = victim.ownedAt + TENURE_MS - now
  return againInMs > 0 ? { kind: 'wait', againInMs } : { kind: 'drain', cell: victim }
}

function takeSpare<C extends CellView>(cells: readonly C[], wish: Wish, maxUnowned: number): Placement<C> {
  const unowned = cells.filter((cell) => cell.owner === undefined)
  const fitting = unowned.filter((cell) => cell.memoryMb === wish.memoryMb)
  const [ready] = readySpares(cells, wish)
  if (ready !== undefined) return { kind: 'run', cell: ready }
  if (fitting.length > 0) return { kind: 'wait' }
  if (unowned.length < maxUnowned) return { kind: 'start' }
  const unfit = unowned.find((cell) => cell.open)
  return unfit === undefined ? { kind: 'wait' } : { kind: 'retire', cell: unfit }
}

/** Whether the spare it could have is not up yet: until it is, nobody need lose a cell for it. */
function isStarting(cells: readonly CellView[], { memoryMb }: Wish): boolean {
  const fitting = cells.filter((cell) => cell.owner === undefined && cell.memoryMb === memoryMb)
  return fitting.length > 0 && !fitting.some((cell) => cell.open)
}

function readySpares<C extends CellView>(cells: readonly C[], { memoryMb }: Wish): C[] {
  return cells.filter((cell) => cell.owner === undefined && cell.memoryMb === memoryMb && cell.open)
}

/** The item with the lowest rank; those without a rank do not count. */
function lowest<C>(items: readonly C[], rankOf: (item: C) => number | undefined): C | undefined {
  let best: C | undefined
  let bestRank = Infinity
  for (const item of items) {
    const rank = rankOf(item)
    if (rank === undefined || rank >= bestRank) continue
    best = item
    bestRank = rank
  }
  return best
}
