interface WarnLogger {
  warn(fields: object, message: string): void
}

/** The same listener, if there is one; what it throws, or rejects with, is logged. */
export function harmless<Args extends readonly unknown[]>(
  listener: ((...args: Args) => unknown) | undefined,
  logger: WarnLogger | undefined,
): ((...args: Args) => void) | undefined {
  if (listener === undefined) return undefined
  const warn = (error: unknown): void =>
    logger?.warn({ err: error }, 'What listens to runs threw an error; the runs go on')
  return (...args) => {
    try {
      const given = listener(...args)
      if (given instanceof Promise) given.catch(warn)
    } catch (error) {
      warn(error)
    }
  }
}
