/** What a hook is that has not settled in time. */
export class HookTimeout extends Error {
  override name = 'HookTimeout'

  constructor(timeoutMs: number) {
    super(`it did not settle within ${timeoutMs} ms; have it give up sooner, or raise "hookTimeoutMs"`)
  }
}

/**
 * The value of a promise, if it settles in time; what a hook gives at once is as it is.
 *
 * @throws HookTimeout
 */
export async function withinTime<Value>(value: Value, timeoutMs: number): Promise<Awaited<Value>> {
  if (!isThenable(value)) return value as Awaited<Value>
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new HookTimeout(timeoutMs)), timeoutMs)
  try {
    return await Promise.race([value, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value
}
