import {
  expecting,
  parse,
  runOptionsSchema,
  type LogEntry,
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

/** @throws `INVALID_OPTIONS` */
export function parseListeningOptions(options: ListeningRunOptions): ListeningRunOptions {
  return parse(listeningOptionsSchema, options, 'run options', 'INVALID_OPTIONS')
}
