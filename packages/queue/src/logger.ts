import type { LogFields } from '@isolated-runtime/protocol'

/** Receives log entries; pino's loggers fit. Without one, nothing is logged. */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

const silent = (): void => {}

/** Discards all entries. */
export const silentLogger: Logger = { debug: silent, info: silent, warn: silent, error: silent }
