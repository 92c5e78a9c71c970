import { isOf, type PlaceKey, type Places, type PlaceView } from './places.ts'

export interface Wish extends PlaceKey {
  /** Whose turn it is; see `WaitingLines`. */
  readonly tenant: string
  /** Who a cell it runs in belongs to; see `Isolation`. */
  readonly owner: string
  readonly memoryMb: number
  /** The cordon whose tenants it may share a process with, in a thread of its own; `undefined` for none. */
  readonly cordon: string | undefined
  /** Needs a cell of its own, that nobody was ever in and nobody comes into. */
  readonly alone: boolean
  /** It was in a cell that died. It may have a spare even when there is no room: nobody loses a cell for it. */
  readonly suspect: boolean
}

export interface Room<P extends PlaceView> {
  /** How many cells may belong to somebody at once; their memory is bounded elsewhere, see `Cells`. */
  readonly maxCells: number
  /** How many more may stand ready. */
  readonly spareCells: number
  /** How many may be starting at once. */
  readonly maxStarting: number
  /** For how long runs of the tenant have waited without a break although there were slots, in milliseconds. */
  readonly waitedMs: number
  /** Which of the idle places to give up first; see `Retention`. */
  readonly giveUp: (idle: Iterable<P>, now: number) => P | undefined
}

export type Placement<P extends PlaceView> =
  /** Run there. */
  | { readonly kind: 'run'; readonly cell: P }
  /** End that idle cell, then decide again. */
  | { readonly kind: 'retire'; readonly cell: P }
  /** Let that busy cell take no more runs. */
  | { readonly kind: 'drain'; readonly cell: P }
  /** Start a cell, or a thread of one, as wished. */
  | { readonly kind: 'start' }
  /** Decide again when something changes, or after `againInMs`. */
  | { readonly kind: 'wait'; readonly againInMs?: number }

/**
 * How long runs of an owner that has a place have to wait for it, without a break, before it gets another. To wait for a quick
 * run costs a millisecond or two, and a place the start of a process or a thread.
 */
const GROW_AFTER_MS = 50

/** How long a tenant's idle cell is safe from tenants that have one: else two busy tenants would swap cells for ever. */
const LINGER_MS = 1_000

/**
 * How long a busy cell is left to its owner before another may have its place. Handing a cell over costs the start of a
 * process, a tenth of a second of CPU time and more: where tenants outnumber the cells, this bounds what goes into that
 * to a part of what goes into their runs.
 */
const TENURE_MS = 1_000

/**
 * Decides where a run goes: a free slot in a cell of its owner; else, if it has none or has waited for long, a spare. Only where the number of cells is bounded and
 * reached, an idle cell makes room, and an owner without a cell is given one even when all are busy: whoever has the most
 * cells loses one, after its tenure, as soon as what runs there is over. No more of them are drained than spares stand
 * ready, or one.
 */
export function place<P extends PlaceView>(
  places: Places<P>,
  wish: Wish,
  room: Room<P>,
  now: number,
): Placement<P> {
  const own = [...places.of(wish)].filter(({ open }) => open)
  if (!wish.alone) {
    const free = lowest(own, (cell) => (cell.inFlight < cell.slots ? cell.inFlight : undefined))
    if (free !== undefined) return { kind: 'run', cell: free }
    if (own.length > 0 && room.waitedMs < GROW_AFTER_MS)
      return { kind: 'wait', againInMs: GROW_AFTER_MS - room.waitedMs }
  }
  const maxOwned = room.maxCells + (wish.suspect ? room.spareCells : 0)
  if (places.owned.size < maxOwned) return takeSpare(places, wish, room)
  return makeRoom(places, wish, room, own.length > 0, now)
}

function takeSpare<P extends PlaceView>(places: Places<P>, wish: Wish, room: Room<P>): Placement<P> {
  let starting = 0
  let isComing = false
  for (const spare of places.spares) {
    const fits = isOf(spare, wish)
    if (fits && spare.open) return { kind: 'run', cell: spare }
    if (!spare.open) starting++
    isComing ||= fits
  }
  return isComing || starting >= room.maxStarting ? { kind: 'wait' } : { kind: 'start' }
}

function makeRoom<P extends PlaceView>(
  places: Places<P>,
  wish: Wish,
  room: Room<P>,
  hasPlace: boolean,
  now: number,
): Placement<P> {
  const fitting = [...places.spares].filter((spare) => isOf(spare, wish))
  const ready = fitting.filter(({ open }) => open).length
  // Until the spare it could have is up, nobody need lose a cell for it.
  if (fitting.length > 0 && ready === 0) return { kind: 'wait' }

  // A tenant that wants many kinds of cells gives up its own before it takes one from another.
  const idle = room.giveUp(places.idleOf(wish.owner), now) ?? room.giveUp(places.idle(), now)
  if (idle !== undefined) {
    const againInMs = !hasPlace || idle.owner === wish.owner ? 0 : idle.usedAt + LINGER_MS - now
    return againInMs > 0 ? { kind: 'wait', againInMs } : { kind: 'retire', cell: idle }
  }
  const owned = [...places.owned]
  const hasItsShare = hasPlace && !wish.alone
  const draining = owned.filter((cell) => cell.draining).length
  if (hasItsShare || draining >= Math.max(1, ready)) return { kind: 'wait' }
  const victim = lowest(owned, (cell) => (cell.open ? -places.countOf(cell.owner) : undefined))
  if (victim === undefined) return { kind: 'wait' }
  const againInMs = victim.ownedAt + TENURE_MS - now
  return againInMs > 0 ? { kind: 'wait', againInMs } : { kind: 'drain', cell: victim }
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
