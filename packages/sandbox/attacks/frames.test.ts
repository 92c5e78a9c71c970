import { createBundle, resolveLimits, usageSchema } from '@isolated-runtime/protocol'
import { describe, expect, it } from 'vitest'
import { newCall } from '../src/fixtures/new-call.ts'
import type { AttemptVerdict } from '../src/pool/blame.ts'
import { Cell } from '../src/pool/cell.ts'
import { LiveListener } from '../src/live/live-listener.ts'
import { MemoryWatch } from '../src/pool/memory-watch.ts'
import type { SandboxRun } from '../src/pool/sandbox-run.ts'
import { HostileProcess } from './frames/hostile-process.ts'
import { GIVEN_SEQ, makeFrame, seeded } from './frames/make-frames.ts'

const FRAMES = 12_000
const LIVE_FRAMES = 4_000
const SEED = 20_26

const run: SandboxRun = {
  bundle: createBundle({ '/main.js': { kind: 'commonjs', code: '' } }),
  call: newCall({ limits: resolveLimits({ maxResultBytes: 1_000, maxLogBytes: 2_000 }) }),
  tenant: 'acme',
}

async function startHostile(): Promise<{ cell: Cell; hostile: HostileProcess }> {
  const hostile = new HostileProcess()
  const cell = new Cell({
    threads: 2,
    memoryMb: 64,
    price: 1,
    startCell: () => hostile,
    startPriority: { begin: () => () => {} },
    maxRunsPerRealm: 1,
    allow: [],
    memoryWatch: new MemoryWatch(),
    onChange: () => {},
  })
  await hostile.sayFrame({ type: 'ready' })
  return { cell, hostile }
}

const outcome = (valueJson: string) => ({
  type: 'outcome',
  seq: GIVEN_SEQ,
  outcome: { status: 'succeeded', valueJson, logs: [], logsDropped: 0, usage: usageSchema.parse({}) },
})

describe('frames of a hostile cell', () => {
  it(`cost the cell its life and nothing else, ${FRAMES} of them`, { timeout: 60_000 }, async () => {
    const innocent = await startHostile()
    // Its time must not be over before the frames are, on a machine as busy as may be.
    const limits = { ...run.call.limits, timeoutMs: 60_000 }
    const patient = { ...run, call: { ...run.call, limits } }
    const innocentRun = innocent.cell.run(patient, undefined)
    const random = seeded(SEED)
    const survivors: string[] = []
    const before = process.memoryUsage().rss
    for (let count = 0; count < FRAMES; count++) {
      const { cell, hostile } = await startHostile()
      const verdict = cell.run(run, undefined)
      const chunks = makeFrame(random)
      await hostile.say(...chunks)
      if (!cell.dead) survivors.push(Buffer.concat(chunks).toString('latin1').slice(0, 200))
      cell.kill('The end of the test')
      expect(['died', 'outcome']).toContain((await verdict).kind)
    }
    expect(survivors).toEqual([])
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024)
    await innocent.hostile.sayFrame(outcome('"unharmed"'))
    expect(await innocentRun).toMatchObject({ kind: 'outcome', outcome: { valueJson: '"unharmed"' } })
    innocent.cell.retire()
  })

  it(
    `are no more than the limits of a run that is listened to, ${LIVE_FRAMES} of them`,
    { timeout: 60_000 },
    async () => {
      const random = seeded(SEED)
      const survivors: string[] = []
      for (let count = 0; count < LIVE_FRAMES; count++) {
        const { cell, hostile } = await startHostile()
        let lines = 0
        let values = 0
        const listener = new LiveListener({ onLog: () => lines++, onProgress: () => values++ }, undefined)
        const verdict = cell.run({ ...run, call: { ...run.call, progress: true } }, undefined, listener)
        const chunks = makeFrame(random, true)
        await hostile.say(...chunks)
        if (!cell.dead) survivors.push(Buffer.concat(chunks).toString('latin1').slice(0, 200))
        cell.kill('The end of the test')
        await verdict
        expect(lines).toBeLessThan(2_000 / 32)
        expect(values).toBeLessThan(100)
      }
      expect(survivors).toEqual([])
    },
  )

  it('that are cut off leave the run to its guard, and to the end of the process', async () => {
    const { cell, hostile } = await startHostile()
    const verdict = cell.run(run, undefined)
    await hostile.say(Buffer.from([0, 0, 0, 99, 123]))
    expect(cell.dead).toBe(false)
    hostile.emit('close', 1, null)
    expect(await verdict).toMatchObject({ kind: 'died', alone: true })
  })

  it('cannot settle a run that is settled', async () => {
    const { cell, hostile } = await startHostile()
    const verdicts: AttemptVerdict[] = []
    const verdict = cell.run(run, undefined).then((given) => verdicts.push(given))
    await hostile.sayFrame(outcome('1'))
    await hostile.sayFrame(outcome('2'))
    await verdict
    expect(verdicts).toMatchObject([{ outcome: { valueJson: '1' } }])
    expect(cell.lastWords).toContain('an outcome for a run that is not under way')
  })

  it('are not heard after its death', async () => {
    const { cell, hostile } = await startHostile()
    const verdict = cell.run(run, undefined)
    cell.kill('The end')
    await hostile.sayFrame(outcome('1'))
    expect(await verdict).toMatchObject({ kind: 'died', reason: 'The end' })
    expect(hostile.pipe.destroyed).toBe(true)
  })
})

it('a cell that answers and never reads is killed before the executor runs out of memory', async () => {
  const { cell, hostile } = await startHostile()
  const large: SandboxRun = { ...run, call: newCall({ args: ['x'.repeat(16 * 1024 * 1024)] }) }
  for (let seq = 1; seq <= 20 && !cell.dead; seq++) {
    const verdict = cell.run(large, undefined)
    await hostile.sayFrame({ ...outcome('1'), seq })
    await verdict
  }
  expect(cell.lastWords).toMatch(/left \d+ bytes unread/)
})
