import { expecting, type LogFields } from '@isolated-runtime/protocol'
import { z } from 'zod'

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

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** A {@link Logger} that a caller gives. */
export const loggerSchema = z.custom<Logger>(
  (value) => typeof value === 'object' && value !== null && LEVELS.every((level) => hasMethod(value, level)),
  { error: expecting('a logger with the methods debug, info, warn and error') },
)

function hasMethod(value: object, name: string): boolean {
  return typeof Reflect.get(value, name) === 'function'
}
