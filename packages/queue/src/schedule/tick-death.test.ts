import { fileURLToPath } from 'node:url'
import { startProcess, useRedis } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { succeeded } from '../fixtures/runs.ts'
import { newSchedule } from '../fixtures/schedules.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const FIXTURE = fileURLToPath(new URL('../fixtures/take-ticks.ts', import.meta.url))
const KEY = { tenant: 'acme', id: 'tidy' }

test.for(['before', 'after'])(
  'the tick of an executor that is killed %s it submitted the run gives one run, and the schedule goes on',
  { timeout: 60_000 },
  async (when) => {
    await using queue = await TestQueue.open(redis)
    await using doomed = await startProcess(process.execPath, [
      ...process.execArgv,
      FIXTURE,
      queue.url,
      queue.keyPrefix,
      when,
    ])
    await doomed.waitForLine(/^ready$/)
    const schedules = await queue.schedules()
    await schedules.create(KEY, newSchedule({ kind: 'every', everyMs: 200 }))
    const [, runId = ''] = (await doomed.waitForLine(/^held /)).split(' ')
    doomed.kill('SIGKILL')
    await doomed.exit
    const ran: string[] = []
    await queue.taker({
      handle: async ({ id }) => {
        ran.push(id)
        return succeeded(null)
      },
    })
    await queue.scheduleTaker()
    await vi.waitFor(() => expect(ran).toContain(runId), 30_000)
    const seen = ran.length
    await vi.waitFor(() => expect(ran.length).toBeGreaterThan(seen + 2), 30_000)
    // The tick is looked at again at some time, and then is no longer there.
    const held = `${queue.keyPrefix}:runs-schedules:held`
    const dueAt = runId.split('@').at(-1) ?? ''
    const heldTicks = async (): Promise<string> =>
      (await queue.connection.redis.zrange(held, '0', '-1')).join()
    await vi.waitFor(async () => expect(await heldTicks()).not.toContain(dueAt), 30_000)
    expect(new Set(ran).size).toBe(ran.length)
  },
)
