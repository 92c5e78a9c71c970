import {
  cancelReason,
  decodeOutcome,
  endedBy,
  IsolatedRuntimeError,
  type ArgumentList,
  type BatchResult,
  type Call,
  type Outcome,
  type Retries,
  type Unsuccessful,
} from '@isolated-runtime/protocol'
import { unlessEnded } from '../call/call-end.ts'
import type { ManyOptions } from '../call/run-options.ts'
import { BatchReader } from './batch-reader.ts'
import { encodeItem, type EncodedItem } from './encoded-item.ts'
import type { RunBatch } from './settle-batch.ts'
import { settleWithRetries } from './settle-with-retries.ts'

/** How a function is called for many items. */
export interface MapPlan {
  /** What all calls have in common. */
  readonly call: Pick<Call, 'contextJson' | 'limits'>
  /** How many items a batch has at most. */
  readonly maxItems: number
  /** How many batchs are under way at once. */
  readonly concurrency: number
  /** Runs one batch; `cancelled` once the signal is aborted. */
  readonly run: (items: readonly string[], signal: AbortSignal) => Promise<BatchResult | Unsuccessful>
  readonly signal: AbortSignal | undefined
  /** Aborted when what runs batchs is closed. */
  readonly closing: AbortSignal
  /** When an item is tried again. @default never */
  readonly retries?: Retries | undefined
  /** Called with each outcome as soon as its batch has settled, and the place of its item. Must not throw. */
  readonly onOutcome?: ((outcome: Outcome, index: number) => void) | undefined
}

/** The outcome of each item, in order. Once the signal is aborted, what is not over is `cancelled`. */
export async function mapItems(items: readonly ArgumentList[], plan: MapPlan): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for await (const batch of batchesOf(items, plan)) for (const outcome of batch) outcomes.push(outcome)
  return outcomes
}

/** The same for a plan that is still being made: once the signal is aborted, all items are `cancelled` at once. */
export async function mapPlanned(
  items: readonly ArgumentList[],
  planning: Promise<MapPlan>,
  { signal, onOutcome }: Pick<ManyOptions, 'signal' | 'onOutcome'>,
): Promise<Outcome[]> {
  const plan = await unlessEnded(planning, signal, (ending) => endedBy(ending))
  if (!('status' in plan)) return mapItems(items, plan)
  return items.map((_, index) => {
    const outcome = decodeOutcome(plan)
    onOutcome?.(outcome, index)
    return outcome
  })
}

/**
 * The outcomes of items, in order, as they come. Of the items no more are read than may be under way; when the consumer
 * leaves, or the signal is aborted, nothing more is read and what is under way is cancelled.
 *
 * @throws what the source of the items threw, once the outcomes before it were consumed; `RUN_CANCELLED` when aborted
 */
export async function* streamItems(
  items: Iterable<ArgumentList> | AsyncIterable<ArgumentList>,
  plan: MapPlan,
): AsyncGenerator<Outcome, void, undefined> {
  for await (const batch of batchesOf(items, plan, plan.signal)) yield* batch
}

/** @param throwsAt ends it with an error at once, whatever it waits for */
async function* batchesOf(
  source: Iterable<unknown> | AsyncIterable<unknown>,
  { call, maxItems: size, concurrency, run, signal, closing, retries, onOutcome }: MapPlan,
  throwsAt?: AbortSignal,
): AsyncGenerator<Outcome[], void, undefined> {
  const left = new AbortController()
  const ending = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal])
  const reader = new BatchReader(source, { size, encode: (item, index) => encodeItem(item, index, call) })
  const contextBytes = Buffer.byteLength(call.contextJson ?? '')
  const settle = async (batch: readonly EncodedItem[], from: number): Promise<Outcome[]> => {
    const runBatch: RunBatch = (items) => run(items, ending)
    const outcomes = await settleWithRetries(batch, contextBytes, runBatch, {
      retries,
      signal: ending,
      closing,
    })
    if (onOutcome !== undefined)
      for (const [place, outcome] of outcomes.entries()) onOutcome(outcome, from + place)
    return outcomes
  }
  let begun = 0
  /** The batchs under way, in order. */
  const window: Promise<Outcome[]>[] = []
  let reading: ReturnType<BatchReader['read']> | undefined
  let failure: { readonly error: unknown } | undefined
  let isOver = false
  try {
    for (;;) {
      while (!isOver && window.length < concurrency) {
        reading ??= reader.read()
        // A source may take its time: what has settled meanwhile does not wait for it.
        const isFirstSettled = Promise.race([
          ...window.slice(0, 1).map(isSettled),
          reading.then(isNot, isNot),
        ])
        if (await unlessAborted(isFirstSettled, throwsAt)) break
        try {
          const batch = await reading
          if (batch.length === 0) isOver = true
          else {
            window.push(heardLater(settle(batch, begun)))
            begun += batch.length
          }
        } catch (error) {
          failure = { error }
          isOver = true
        }
        reading = undefined
      }
      const first = window.shift()
      if (first === undefined) break
      yield await unlessAborted(first, throwsAt)
    }
  } finally {
    left.abort(new Error('Nobody wants the outcomes any more'))
    await reader.close()
  }
  if (failure !== undefined) throw failure.error
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  await promise.catch(() => undefined)
  return true
}

function isNot(): boolean {
  return false
}

/** The same promise; nobody listens yet if it is rejected early. */
function heardLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(cancelled(signal.reason))
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    // One that stayed would keep what it waited for, for as long as the signal lives.
    signal.removeEventListener('abort', abort)
  }
}

function cancelled(reason: unknown): IsolatedRuntimeError {
  const why = cancelReason(reason)
  const message = why === '' ? 'The map was cancelled' : `The map was cancelled: ${why}`
  return new IsolatedRuntimeError('RUN_CANCELLED', message, { cause: reason })
}
