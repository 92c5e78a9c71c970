import { expecting } from '@isolated-runtime/protocol'
import { z } from 'zod'

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

const DURATION = /^(?<count>\d+(?:\.\d+)?) ?(?<unit>ms|[smhdw])$/

const EXPECTED = 'milliseconds, or a duration such as "500ms", "30s", "5m", "2h", "1d" or "1w"'

/** A length of time, in milliseconds or as text: `500ms`, `30s`, `5m`, `2h`, `1d`, `1w`. */
export const durationSchema = z
  .union([z.number(), z.string()], { error: expecting(EXPECTED) })
  .transform((given, context) => {
    if (typeof given === 'number') return given
    const { count, unit } = DURATION.exec(given)?.groups ?? {}
    if (isUnit(unit)) return Math.round(Number(count) * UNIT_MS[unit])
    context.addIssue({ code: 'custom', message: `expected ${EXPECTED}, found "${given.slice(0, 40)}"` })
    return z.NEVER
  })

function isUnit(name: string | undefined): name is keyof typeof UNIT_MS {
  return name !== undefined && Object.hasOwn(UNIT_MS, name)
}
