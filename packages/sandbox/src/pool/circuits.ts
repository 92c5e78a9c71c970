import { IsolatedRuntimeError, unsuccessful, type Unsuccessful } from '@isolated-runtime/protocol'

/** What a bundle has to do to be refused, and for how long. */
export interface CircuitOptions {
  readonly maxKills: number
  readonly windowMs: number
  readonly openMs: number
}

/** A bundle of a tenant. */
export interface CircuitKey {
  readonly tenant: string
  /** Its id. */
  readonly bundle: string
}

/** A bundle that has killed cells. */
export interface Circuit extends CircuitKey {
  /** `closed`: served; `open`: refused; `probing`: one run is let through, and what becomes of it decides. */
  readonly state: 'closed' | 'open' | 'probing'
  /** How many cells it has killed within the window. */
  readonly kills: number
  /** Until when it is refused; in milliseconds since the epoch, 0 while it is served. */
  readonly refusedUntil: number
}

interface Entry {
  readonly key: CircuitKey
  /** When it killed cells, in milliseconds since the epoch. */
  kills: number[]
  refusedUntil: number
  probing: boolean
}

export type Admission =
  | { readonly kind: 'refused'; readonly outcome: Unsuccessful }
  /** To be told when the run is over whether it killed its cell; `undefined` if that was not put to the test. */
  | { readonly kind: 'admitted'; over(killed: boolean | undefined): void }

/**
 * Refuses bundles that kill cell after cell: each death costs a process start, and the runs next to it an attempt.
 *
 * ```
 * closed ──kills──> open ──time──> probing ──probe lived──> closed
 *                    ^────────────────┘ probe killed
 * ```
 */
export class Circuits {
  readonly #options: CircuitOptions
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()

  constructor(options: CircuitOptions, now: () => number = Date.now) {
    this.#options = options
    this.#now = now
  }

  /** Asked once for each run. */
  admit(key: CircuitKey): Admission {
    const entry = this.#entries.get(textOf(key))
    if (entry === undefined || entry.refusedUntil === 0) {
      return {
        kind: 'admitted',
        over: (killed) => {
          if (killed === true) this.#killed(key)
        },
      }
    }
    if (entry.probing || this.#now() < entry.refusedUntil)
      return { kind: 'refused', outcome: this.#refusal(entry) }
    entry.probing = true
    return { kind: 'admitted', over: (killed) => this.#probed(entry, killed) }
  }

  /** The outcome of a run that was admitted but has not started yet, if its bundle has come to be refused since. */
  refuses(key: CircuitKey): Unsuccessful | undefined {
    const entry = this.#entries.get(textOf(key))
    return entry !== undefined && entry.refusedUntil > this.#now() ? this.#refusal(entry) : undefined
  }

  /** All bundles that have killed cells lately. */
  list(): Circuit[] {
    const now = this.#now()
    for (const [text, entry] of this.#entries) if (this.#isOver(entry, now)) this.#entries.delete(text)
    return [...this.#entries.values()].map((entry) => ({
      ...entry.key,
      state: stateOf(entry, now),
      kills: entry.kills.length,
      refusedUntil: entry.refusedUntil,
    }))
  }

  /** Forgets what a bundle has done; `false` if it has done nothing. */
  reset(key: CircuitKey): boolean {
    return this.#entries.delete(textOf(key))
  }

  #killed(key: CircuitKey): void {
    const now = this.#now()
    const text = textOf(key)
    const entry = this.#entries.get(text) ?? { key, kills: [], refusedUntil: 0, probing: false }
    entry.kills = entry.kills.filter((at) => at > now - this.#options.windowMs)
    entry.kills.push(now)
    if (entry.kills.length >= this.#options.maxKills) entry.refusedUntil = now + this.#options.openMs
    this.#entries.set(text, entry)
    // Whoever has been quiet for long enough is forgotten, so that the list stays short.
    this.list()
  }

  #probed(entry: Entry, killed: boolean | undefined): void {
    entry.probing = false
    // It may have been reset meanwhile.
    if (killed === undefined || this.#entries.get(textOf(entry.key)) !== entry) return
    if (!killed) {
      this.#entries.delete(textOf(entry.key))
      return
    }
    entry.kills.push(this.#now())
    entry.refusedUntil = this.#now() + this.#options.openMs
  }

  #isOver(entry: Entry, now: number): boolean {
    const quiet = entry.kills.every((at) => at <= now - this.#options.windowMs)
    return quiet && entry.refusedUntil <= now && !entry.probing
  }

  #refusal({ key, kills, refusedUntil, probing }: Entry): Unsuccessful {
    const until = probing
      ? 'a run that is let through as a probe is over'
      : new Date(refusedUntil).toISOString()
    const message = `Bundle "${key.bundle}" of tenant "${key.tenant}" killed ${kills.length} processes in a short time, it is refused until ${until}`
    return unsuccessful('refused', new IsolatedRuntimeError('BUNDLE_CIRCUIT_OPEN', message))
  }
}

function stateOf({ refusedUntil, probing }: Entry, now: number): Circuit['state'] {
  if (refusedUntil === 0) return 'closed'
  return probing || refusedUntil <= now ? 'probing' : 'open'
}

function textOf({ tenant, bundle }: CircuitKey): string {
  return `${tenant} ${bundle}`
}
