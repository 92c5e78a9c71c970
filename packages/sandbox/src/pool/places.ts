/** Where runs of one owner go, as placing sees it: a cell. */
export interface PlaceView {
  /** Who it belongs to; `undefined` for a spare. Changes once, by `Places.assign()`. */
  owner: string | undefined
  readonly memoryMb: number
  /** The trust label of those it is shared with as a thread; `undefined` for a cell of its own. */
  readonly cordon: string | undefined
  /** How many runs it takes at once. */
  readonly slots: number
  readonly inFlight: number
  /** Takes runs: started, not draining, not dead. */
  readonly open: boolean
  /** Takes no more runs and goes once it is idle. */
  readonly draining: boolean
  /** When it last took or ended a run, in milliseconds. */
  readonly usedAt: number
  /** When it came to belong to its owner, in milliseconds. */
  ownedAt: number
}

/** Whose place, of which memory, and in which cordon, if any. */
export type PlaceKey = Pick<PlaceView, 'memoryMb' | 'cordon'> & { readonly owner: string }

/**
 * The places there are, by owner. Placing a run looks only at those of its owner and at the spares, of which there are
 * few, so its cost does not grow with the number of residents.
 */
export class Places<P extends PlaceView> {
  readonly #spares = new Set<P>()
  readonly #owned = new Set<P>()
  readonly #byOwner = new Map<string, Set<P>>()

  add(place: P): void {
    if (place.owner === undefined) this.#spares.add(place)
    else this.#addOwned(place, place.owner)
  }

  /** Gives a spare to an owner. */
  assign(place: P, owner: string, now: number): void {
    this.#spares.delete(place)
    place.owner = owner
    place.ownedAt = now
    this.#addOwned(place, owner)
  }

  /** Forgets a place that has ended; `false` if it was forgotten before. */
  remove(place: P): boolean {
    if (place.owner === undefined) return this.#spares.delete(place)
    const own = this.#byOwner.get(place.owner)
    own?.delete(place)
    if (own?.size === 0) this.#byOwner.delete(place.owner)
    return this.#owned.delete(place)
  }

  get size(): number {
    return this.#spares.size + this.#owned.size
  }

  /** Those that belong to nobody yet, also those that are starting. */
  get spares(): ReadonlySet<P> {
    return this.#spares
  }

  /** Those that belong to somebody, the longest owned first. */
  get owned(): ReadonlySet<P> {
    return this.#owned
  }

  /** Who has a place. */
  owners(): IterableIterator<string> {
    return this.#byOwner.keys()
  }

  hasOwner(owner: string): boolean {
    return this.#byOwner.has(owner)
  }

  /** How many places an owner has. */
  countOf(owner: string | undefined): number {
    return owner === undefined ? 0 : (this.#byOwner.get(owner)?.size ?? 0)
  }

  /** Those of an owner that have that memory, and are in that cordon. */
  *of({ owner, ...kind }: PlaceKey): Generator<P> {
    for (const place of this.#byOwner.get(owner) ?? []) if (isOf(place, kind)) yield place
  }

  /** Those that have no run and could have one. */
  *idle(): Generator<P> {
    for (const place of this.#owned) if (place.open && place.inFlight === 0) yield place
  }

  /** Those of an owner among them. */
  *idleOf(owner: string): Generator<P> {
    for (const place of this.#byOwner.get(owner) ?? []) if (place.open && place.inFlight === 0) yield place
  }

  *all(): Generator<P> {
    yield* this.#spares
    yield* this.#owned
  }

  #addOwned(place: P, owner: string): void {
    this.#owned.add(place)
    const own = this.#byOwner.get(owner)
    if (own === undefined) this.#byOwner.set(owner, new Set([place]))
    else own.add(place)
  }
}

/** Whether a place has that memory, and is in that cordon. */
export function isOf(
  place: Pick<PlaceView, 'memoryMb' | 'cordon'>,
  { memoryMb, cordon }: Pick<PlaceView, 'memoryMb' | 'cordon'>,
): boolean {
  return place.memoryMb === memoryMb && place.cordon === cordon
}

/** Whether a run waits for such a place. */
export type IsWanted = (place: Pick<PlaceView, 'memoryMb' | 'cordon'>) => boolean
