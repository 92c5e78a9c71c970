import { NO_USAGE } from '@isolated-runtime/protocol/results'
import { resolveLimits, type EncodedOutcome } from '@isolated-runtime/protocol'
import { describe, expect, it } from 'vitest'
import { attemptUntilClear, type AttemptPlace, type AttemptVerdict } from './blame.ts'

const usage = { ...NO_USAGE, cpuMs: 10 }
const succeeded: EncodedOutcome = { status: 'succeeded', valueJson: '1', logs: [], logsDropped: 0, usage }
const fine: AttemptVerdict = { kind: 'outcome', outcome: succeeded, processMb: 1 }
const inVain = { reason: 'So it was', cpuMs: 5, wallMs: 50, logs: [] }
const starved: AttemptVerdict = { kind: 'starved', ...inVain }
const died = {
  kind: 'died',
  alone: false,
  byPlatform: false,
  memory: undefined,
  ruinedMs: 100,
  ...inVain,
} as const
const ended: AttemptVerdict = { ...died, alone: true, byPlatform: true }

/** What becomes of a run whose attempts end like that, and where it was attempted. */
async function attempted(...verdicts: AttemptVerdict[]) {
  const places: AttemptPlace[] = []
  const result = await attemptUntilClear(resolveLimits(), async (place) => {
    places.push(place)
    return verdicts.shift() ?? fine
  })
  return { ...result, places }
}

describe('attemptUntilClear()', () => {
  it('charges the guilty all cells that it ruined, and nobody what the platform ended', async () => {
    const guilty = await attempted(ended, died, { ...died, alone: true })
    expect(guilty.outcome).toMatchObject({ status: 'crashed', usage: { ruinedCpuMs: 200 } })
    const innocent = await attempted(ended, died)
    expect(innocent.outcome).toMatchObject({ status: 'succeeded', usage: { ruinedCpuMs: 0 } })
  })

  it('attempts a starved run again where it is calm, and charges both attempts', async () => {
    expect(await attempted(starved)).toMatchObject({
      outcome: { status: 'succeeded', usage: { cpuMs: 15 } },
      attempts: 2,
      killed: false,
      places: [
        { suspect: false, calm: false },
        { suspect: false, calm: true },
      ],
    })
  })

  it('gives a run up as trouble of the platform that is starved twice', async () => {
    await expect(attempted(starved, starved)).rejects.toMatchObject({
      code: 'SANDBOX_FAILED',
      message: 'So it was; so it went in 2 attempts',
    })
  })

  it('does not take what the platform did for proof of guilt', async () => {
    expect(await attempted(ended, died, ended)).toMatchObject({ attempts: 4, killed: false })
    expect(await attempted(died, { ...died, alone: true })).toMatchObject({
      outcome: { status: 'crashed', usage: { cpuMs: 10, wallMs: 50 } },
      attempts: 2,
      killed: true,
    })
    await expect(attempted(ended, ended, ended)).rejects.toMatchObject({ code: 'SANDBOX_FAILED' })
  })
})
