import { expecting, parse, type LogEntry, type Outcome } from '@isolated-runtime/protocol'
import { z } from 'zod'

const listener = <Listener>() =>
  z.custom<Listener>((value) => typeof value === 'function', { error: expecting('a function') }).optional()
const signal = z.instanceof(AbortSignal, { error: expecting('an AbortSignal') }).optional()

/** What every call that runs something takes beside its request. */
export interface RunOptions {
  /** Ends the run as `cancelled`, for everybody who waits for it. Its reason is told in the outcome. */
  readonly signal?: AbortSignal | undefined
}

/** What calls that run many things take beside their request. */
export interface ManyOptions extends RunOptions {
  /**
   * Called with each outcome as soon as it is there, whatever the order, and with the index of its item or request. What it
   * throws is logged, and does no harm.
   */
  readonly onOutcome?: ((outcome: Outcome, index: number) => void) | undefined
}

/** What listens to one run while it goes on. What these functions throw is told to the logger of the sandbox. */
export interface ListeningRunOptions extends RunOptions {
  /** Called with each line the guest writes to its console, as it is written. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined
  /** Called with each value the guest reports; gives it the function `reportProgress`. */
  readonly onProgress?: ((value: unknown) => void) | undefined
}

/** What listens to many runs while they go on, each by the index of its request. */
export interface ListeningManyOptions extends ManyOptions {
  /** Called with each line a guest writes to its console, as it is written. */
  readonly onLog?: ((entry: LogEntry, index: number) => void) | undefined
  /** Called with each value a guest reports; gives all of them the function `reportProgress`. */
  readonly onProgress?: ((value: unknown, index: number) => void) | undefined
}

export const runOptionsSchema: z.ZodType<RunOptions> = z.strictObject({ signal })

export const manyOptionsSchema: z.ZodType<ManyOptions> = z.strictObject({
  signal,
  onOutcome: listener<NonNullable<ManyOptions['onOutcome']>>(),
})

export const listeningRunOptionsSchema: z.ZodType<ListeningRunOptions> = z.strictObject({
  signal,
  onLog: listener<NonNullable<ListeningRunOptions['onLog']>>(),
  onProgress: listener<NonNullable<ListeningRunOptions['onProgress']>>(),
})

export const listeningManyOptionsSchema: z.ZodType<ListeningManyOptions> = z.strictObject({
  signal,
  onLog: listener<NonNullable<ListeningManyOptions['onLog']>>(),
  onProgress: listener<NonNullable<ListeningManyOptions['onProgress']>>(),
  onOutcome: listener<NonNullable<ListeningManyOptions['onOutcome']>>(),
})

/** @throws `INVALID_OPTIONS` */
export function parseOptions<Options>(schema: z.ZodType<Options>, options: unknown): Options {
  return parse(schema, options, 'run options', 'INVALID_OPTIONS')
}

/** What listens to one of many runs. */
export function listenersOf(
  { onLog, onProgress }: ListeningManyOptions,
  index: number,
): Omit<ListeningRunOptions, 'signal'> {
  return {
    onLog: onLog && ((entry) => onLog(entry, index)),
    onProgress: onProgress && ((value) => onProgress(value, index)),
  }
}
