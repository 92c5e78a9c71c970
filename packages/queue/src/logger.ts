/** Where a package says what it does; a pino logger is one. Everything is silent without it. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const silent = (): void => {}

/** A logger that says nothing. */
export const silentLogger: Logger = { debug: silent, info: silent, warn: silent, error: silent }
