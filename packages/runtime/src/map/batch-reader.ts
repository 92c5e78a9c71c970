import { MAX_BATCH_BYTES } from '@isolated-runtime/protocol'
import type { EncodedItem } from './encoded-item.ts'

/** How long a batch that has items waits for more of them, in milliseconds. */
const LINGER_MS = 5

type Source = Iterable<unknown> | AsyncIterable<unknown>
type Step = IteratorResult<unknown>

export interface BatchReaderOptions {
  /** How many items a batch has at most. */
  readonly size: number
  readonly encode: (item: unknown, index: number) => EncodedItem
}

/** Reads items from where they come from, a batch at a time, and no further than it is asked to. */
export class BatchReader {
  readonly #iterator:
    | { readonly kind: 'sync'; readonly of: Iterator<unknown> }
    | { readonly kind: 'async'; readonly of: AsyncIterator<unknown> }
  readonly #options: BatchReaderOptions
  #index = 0
  /** The step of a source that did not come in time for the last batch. */
  #pending: Promise<Step> | undefined
  #failure: { readonly error: unknown } | undefined
  #isOver = false

  constructor(source: Source, options: BatchReaderOptions) {
    this.#iterator =
      Symbol.asyncIterator in source
        ? { kind: 'async', of: source[Symbol.asyncIterator]() }
        : { kind: 'sync', of: source[Symbol.iterator]() }
    this.#options = options
  }

  /**
   * The next batch; empty when there are no more items.
   *
   * @throws what the source threw, or `encode`, once the items before that are read
   */
  async read(): Promise<EncodedItem[]> {
    const batch: EncodedItem[] = []
    using linger = new Linger()
    let bytes = 0
    try {
      while (this.#failure === undefined && batch.length < this.#options.size && bytes < MAX_BATCH_BYTES) {
        const step = await this.#step(batch.length === 0 ? undefined : linger)
        if (step === undefined || this.#isOver) break
        const item = this.#options.encode(step.value, this.#index++)
        batch.push(item)
        if (item.kind === 'item') bytes += item.bytes
      }
    } catch (error) {
      this.#failure = { error }
    }
    if (batch.length === 0 && this.#failure !== undefined) throw this.#failure.error
    return batch
  }

  /** Tells the source that no more is read. Does not wait for one that is in the middle of a step. */
  async close(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    const returned = this.#iterator.of.return?.()
    if (this.#pending === undefined) await returned
    // Whoever left does not hear what comes of it.
    else Promise.resolve(returned).catch(() => undefined)
  }

  /** `undefined` if the source takes too long; the step is there for the next batch then. */
  async #step(linger: Linger | undefined): Promise<Step | undefined> {
    if (this.#isOver) return undefined
    if (this.#iterator.kind === 'sync') return this.#taken(this.#iterator.of.next())
    // It may give promises of another kind.
    const next = (this.#pending ??= Promise.resolve(this.#iterator.of.next()))
    const step = await (linger === undefined ? next : Promise.race([next, linger.over]))
    if (step === undefined) return undefined
    this.#pending = undefined
    return this.#taken(step)
  }

  #taken(step: Step): Step {
    if (step.done === true) this.#isOver = true
    return step
  }
}

/** A while that begins when it is first asked for. */
class Linger implements Disposable {
  #timer: NodeJS.Timeout | undefined
  #over: Promise<undefined> | undefined

  get over(): Promise<undefined> {
    this.#over ??= new Promise((resolve) => {
      this.#timer = setTimeout(resolve, LINGER_MS, undefined)
    })
    return this.#over
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }
}
