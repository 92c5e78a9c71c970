import { parse, type LogEntry } from '@isolated-runtime/protocol'
import { z } from 'zod'

const runOptionsSchema = z.strictObject({
  signal: z.instanceof(AbortSignal, { error: 'expected an AbortSignal' }).optional(),
})

const listener = z.custom<(heard: unknown) => void>(
  (value) => typeof value === 'function',
  'expected a function',
)

const listeningOptionsSchema = z.strictObject({
  ...runOptionsSchema.shape,
  onLog: listener.optional(),
  onProgress: listener.optional(),
})

export interface RunOptions {
  /** Ends the run as `cancelled`. */
  readonly signal?: AbortSignal | undefined
}

/** What listens to one run while it goes on. What these functions throw is told to the logger of the sandbox. */
export interface ListeningRunOptions extends RunOptions {
  /** Called with each line the guest writes to its console, as it is written. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined
  /** Called with each value the guest reports; gives it the function `reportProgress`. */
  readonly onProgress?: ((value: unknown) => void) | undefined
}

/** @throws `INVALID_OPTIONS` */
export function parseRunOptions(options: RunOptions): RunOptions {
  return parse(runOptionsSchema, options, 'run options', 'INVALID_OPTIONS')
}

/** @throws `INVALID_OPTIONS` */
export function parseListeningOptions(options: ListeningRunOptions): ListeningRunOptions {
  return parse(listeningOptionsSchema, options, 'run options', 'INVALID_OPTIONS')
}
