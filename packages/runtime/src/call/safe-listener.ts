import { type LogFields } from '@isolated-runtime/protocol'

interface WarnLogger {
  warn(fields: LogFields, message: string): void
}

/** The same listener, if there is one; what it throws, or rejects with, is logged. */
export function safeListener<Args extends readonly unknown[]>(
  listener: ((...args: Args) => unknown) | undefined,
  logger: WarnLogger | undefined,
): ((...args: Args) => void) | undefined {
  if (listener === undefined) return undefined
  const warn = (error: unknown): void =>
    logger?.warn(
      { event: 'listener.outcome-threw', err: error },
      'An onOutcome listener threw; the runs go on',
    )
  return (...args) => {
    try {
      const given = listener(...args)
      if (given instanceof Promise) given.catch(warn)
    } catch (error) {
      warn(error)
    }
  }
}
