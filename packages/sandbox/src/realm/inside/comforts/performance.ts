import type { ComfortKit } from './kit.ts'

/** Makes `performance`: the time since the run began, and when that was. */
export function createPerformance(kit: ComfortKit) {
  function now(): number {
    try {
      return kit.port.now()
    } catch {
      throw new kit.pristine.Error('The clock could not be read')
    }
  }
  const timeOrigin = Date.now() - now()

  class Performance {
    get timeOrigin(): number {
      return timeOrigin
    }

    now(): number {
      return now()
    }

    toJSON(): object {
      return { timeOrigin }
    }
  }
  Object.defineProperty(Performance.prototype, Symbol.toStringTag, {
    value: 'Performance',
    configurable: true,
  })

  return { performance: new Performance() }
}
