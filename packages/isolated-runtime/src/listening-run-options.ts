import {
  expecting,
  parse,
  runOptionsSchema,
  type LogEntry,
  type ManyOptions,
  type RunOptions,
} from '@isolated-runtime/protocol'
import { z } from 'zod'

const listener = z.custom<(heard: unknown) => void>((value) => typeof value === 'function', {
  error: expecting('a function'),
})

const listeningOptionsSchema = z.strictObject({
  ...runOptionsSchema.shape,
  onLog: listener.optional(),
  onProgress: listener.optional(),
})

/** What listens to one run while it goes on. What these functions throw is told to the logger of the sandbox. */
export interface ListeningRunOptions extends RunOptions {
  /** Called with each line the guest writes to its console, as it is written. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined
  /** Called with each value the guest reports; gives it the function `reportProgress`. */
  readonly onProgress?: ((value: unknown) => void) | undefined
}

const listeningManyOptionsSchema = z.strictObject({
  ...listeningOptionsSchema.shape,
  onOutcome: listener.optional(),
})

/** What listens to many runs while they go on, each by the index of its request. */
export interface ListeningManyOptions extends ManyOptions {
  /** Called with each line a guest writes to its console, as it is written. */
  readonly onLog?: ((entry: LogEntry, index: number) => void) | undefined
  /** Called with each value a guest reports; gives all of them the function `reportProgress`. */
  readonly onProgress?: ((value: unknown, index: number) => void) | undefined
}

/** @throws `INVALID_OPTIONS` */
export function parseListeningManyOptions(options: ListeningManyOptions): ListeningManyOptions {
  return parse(listeningManyOptionsSchema, options, 'run options', 'INVALID_OPTIONS')
}

/** What listens to one of many runs. */
export function listeningTo(
  { signal, onLog, onProgress }: ListeningManyOptions,
  index: number,
): ListeningRunOptions {
  return {
    signal,
    onLog: onLog && ((entry) => onLog(entry, index)),
    onProgress: onProgress && ((value) => onProgress(value, index)),
  }
}

/** @throws `INVALID_OPTIONS` */
export function parseListeningOptions(options: ListeningRunOptions): ListeningRunOptions {
  return parse(listeningOptionsSchema, options, 'run options', 'INVALID_OPTIONS')
}
