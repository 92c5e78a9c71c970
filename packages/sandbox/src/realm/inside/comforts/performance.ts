import type { ComfortKit } from './kit.ts'

/** Makes `performance`: the time since the run began, and when that was. */
export function createPerformance(kit: ComfortKit) {
  const timeOrigin = Date.now() - kit.callHost('now')

  class Performance {
    get timeOrigin(): number {
      return timeOrigin
    }

    now(): number {
      return kit.callHost('now')
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
