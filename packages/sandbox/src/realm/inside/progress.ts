import type { RealmPort } from '../boundary.ts'
import type { Pristine } from './pristine.ts'
import type { createToJson } from './to-json.ts'

/** What makes the function by which a guest reports its progress, anew for each run that asks for it. */
export interface Progress {
  /** Says which run is served now. Functions that an earlier run of a realm has kept report for this one, if it asks. */
  attach(port: RealmPort): void
  create(): (value?: unknown) => void
}

export function createProgress(
  pristine: Pristine,
  toJson: ReturnType<typeof createToJson>,
  maxBytes: number,
): Progress {
  const { Error, RangeError } = pristine
  let port: RealmPort | undefined

  function report(value: unknown): void {
    const json = toJson(value, 'progress') ?? 'null'
    let fits: boolean | undefined
    try {
      fits = port?.progress?.(json)
    } catch {
      // Too deep in the stack for a call.
      throw new Error('The progress could not be reported')
    }
    if (fits === false)
      throw new RangeError(`The progress is more than ${maxBytes} bytes of JSON, the most allowed`)
  }

  return {
    attach(of) {
      port = of
    },
    create: () =>
      function reportProgress(value?: unknown): void {
        report(value)
      },
  }
}
