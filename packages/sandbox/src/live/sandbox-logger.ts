import type { LogFields } from '@isolated-runtime/protocol'

/** Receives log entries for the operator; pino's loggers fit. */
export interface SandboxLogger {
  warn(fields: LogFields, message: string): void
}
