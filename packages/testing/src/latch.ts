/** A promise that a test holds the key of. */
export interface Latch<Value = void> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
  /**
   * The value, once there is one.
   *
   * @param timeoutMs how long to wait. @default 10_000
   * @throws when the latch is still closed by then
   */
  wait(timeoutMs?: number): Promise<Value>
}

/** Makes a closed latch. */
export function latch<Value = void>(): Latch<Value> {
  const { promise, resolve } = Promise.withResolvers<Value>()
  return {
    promise,
    resolve,
    async wait(timeoutMs = 10_000) {
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(
        () => late.reject(new Error(`Waited ${timeoutMs} ms for a latch that nobody opened`)),
        timeoutMs,
      )
      try {
        return await Promise.race([promise, late.promise])
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
