import type { CallHost } from './host.ts'
import type { Pristine } from './pristine.ts'
import type { createToJson } from './to-json.ts'

/** What makes the function by which a guest reports its progress, anew for each run that asks for it. */
export interface Progress {
  /**
   * Says whether the run that is served now asks for reports. Functions that an earlier run of a realm has kept report
   * for this one.
   */
  attach(isAsked: boolean): void
  create(): (value?: unknown) => void
}

export function createProgress(
  pristine: Pristine,
  callHost: CallHost,
  toJson: ReturnType<typeof createToJson>,
  maxBytes: number,
): Progress {
  const { RangeError } = pristine
  let isAsked = false

  function report(value: unknown): void {
    const json = toJson(value, 'progress') ?? 'null'
    if (isAsked && !callHost('progress', json))
      throw new RangeError(`The progress is more than ${maxBytes} bytes of JSON, the most allowed`)
  }

  return {
    attach(asked) {
      isAsked = asked
    },
    create: () =>
      function reportProgress(value?: unknown): void {
        report(value)
      },
  }
}
