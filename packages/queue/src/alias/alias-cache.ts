import { silentLogger, type Logger } from '../logger.ts'
import type { AliasMove } from './alias-history.ts'
import type { AliasKey, AliasStore } from './alias-store.ts'

/** The longest that a moved alias goes unseen by others. */
const MAX_AGE_MS = 1_000
const KEEP_AGAIN_MS = 5 * 60_000
const MAX_REMEMBERED = 10_000

interface Known {
  readonly askedAt: number
  readonly bundle: Promise<string>
  readonly keptAt: number
}

/** What the aliases in use stand for, asked for once a second at most. */
export class AliasCache {
  readonly #store: Pick<AliasStore, 'history' | 'keep'>
  readonly #logger: Logger
  readonly #known = new Map<string, Known>()

  constructor(store: Pick<AliasStore, 'history' | 'keep'>, logger: Logger = silentLogger) {
    this.#store = store
    this.#logger = logger
  }

  /** The bundle that an alias stands for, or stood for a second ago. @throws `ALIAS_NOT_FOUND`, which is not remembered */
  bundleOf(key: AliasKey): Promise<string> {
    const name = nameOf(key)
    const known = this.#known.get(name)
    const now = performance.now()
    if (known && now < known.askedAt + MAX_AGE_MS) return known.bundle
    const isKept = known !== undefined && now < known.keptAt + KEEP_AGAIN_MS
    const bundle = this.#ask(key, isKept)
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear()
    this.#known.set(name, { askedAt: now, bundle, keptAt: isKept ? known.keptAt : now })
    bundle.catch(() => {
      if (this.#known.get(name)?.bundle === bundle) this.#known.delete(name)
    })
    return bundle
  }

  /** Has an alias that was moved here asked for anew. */
  forget(key: AliasKey): void {
    this.#known.delete(nameOf(key))
  }

  async #ask(key: AliasKey, isKept: boolean): Promise<string> {
    const history = await this.#store.history(key)
    if (!isKept) void this.#keep(history)
    // A history that is stored has a newest move.
    return history[0]?.bundle ?? ''
  }

  async #keep(history: readonly AliasMove[]): Promise<void> {
    try {
      await this.#store.keep(history)
    } catch (error) {
      this.#logger.debug(
        { event: 'alias.touch-failed', err: error },
        'Could not extend the expiry of the bundles of an alias',
      )
    }
  }
}

function nameOf({ tenant, alias }: AliasKey): string {
  return `${tenant} ${alias}`
}
