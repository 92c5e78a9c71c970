import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startProcess, useRedis, type StartedProcess } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { setPolicy } from '../policy/set-policy.ts'
import { counted } from '../fixtures/gate-drive.ts'
import { Tenants } from '../admin/tenants.ts'

// The same promises as those of the gate alone, with executors that take their time.
const redis = useRedis({ appendOnly: true })
const FIXTURE = fileURLToPath(new URL('../fixtures/take-runs.ts', import.meta.url))

async function startExecutor(queue: TestQueue, name: string, runMs: number): Promise<StartedProcess> {
  const args = [...process.execArgv, FIXTURE, queue.url, queue.keyPrefix, name, String(runMs)]
  const started = await startProcess(process.execPath, args)
  await started.waitForLine(/^ready$/)
  return started
}

it('two busy tenants get runs by weight, whoever queued more', async () => {
  await using queue = await TestQueue.open(redis)
  const order: string[] = []
  const submitter = await queue.submitter()
  await setPolicy(queue.connection.redis, `${queue.keyPrefix}:runs`, 'heavy', { weight: 3 })
  const submit = async (tenant: string, runs: number) =>
    Promise.all(Array.from({ length: runs }, () => submitter.submit(newRun({ tenant }))))
  const runs = [...(await submit('hoarder', 600)), ...(await submit('heavy', 300))]
  await queue.taker({
    slots: 8,
    handle: async ({ tenant }) => {
      order.push(tenant)
      await delay(2)
      return succeeded(1)
    },
  })
  await Promise.all(runs.map(({ outcome }) => outcome))
  const { heavy = 0, hoarder = 0 } = counted(order.slice(20, 320))
  expect(heavy / (heavy + hoarder)).toBeGreaterThan(0.75 * 0.95)
  expect(heavy / (heavy + hoarder)).toBeLessThan(0.75 * 1.05)
}, 30_000)

it('a cap holds while executors are killed at it and Redis is restarted; every run ends and is counted once', async () => {
  await using queue = await TestQueue.open(redis)
  const { redis: commands } = queue.connection
  const key = `${queue.keyPrefix}:runs`
  await setPolicy(commands, key, 'capped', { maxConcurrent: 4 })
  await using doomed = await startExecutor(queue, 'doomed', 1_000_000)
  const submitter = await queue.submitter()
  const runs = await Promise.all(
    Array.from({ length: 60 }, (_, n) => submitter.submit(newRun({ tenant: 'capped', argsJson: `[${n}]` }))),
  )
  await doomed.waitForLine(/^taken \[3\]$/)
  doomed.kill('SIGKILL')
  await redis.server.restart()
  await using other = await startExecutor(queue, 'other', 20)
  let most = 0
  const watched = new AbortController()
  const watch = async (): Promise<void> => {
    while (!watched.signal.aborted) {
      most = Math.max(most, await commands.llen(`${key}:active`))
      await delay(5)
    }
  }
  const watching = watch()
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome))
  watched.abort()
  await watching
  expect(outcomes.map((each) => each.status === 'succeeded' && each.valueJson)).toEqual(
    runs.map((_, n) => `[${n}]`),
  )
  expect(most).toBe(4)
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  const ended = async (): Promise<number> => {
    const hours = await tenants.usage('capped')
    return hours.reduce((sum, { runs: count }) => sum + count, 0)
  }
  await expect.poll(ended).toBe(60)
  expect(await commands.exists(`${key}:gate:running`, `${key}:gate:flying`, `${key}:gate:queued`)).toBe(0)
  other.kill('SIGTERM')
}, 60_000)

it('runs of a client that is killed right after submitting run, and leave nothing but what they used', async () => {
  await using queue = await TestQueue.open(redis)
  const submitter = await queue.submitter()
  for (let run = 0; run < 30; run++) await submitter.submit(newRun({ tenant: 'gone' }))
  await submitter.close()
  await queue.taker({ slots: 4 })
  const gate = async () =>
    (await queue.keys('runs:gate:*')).filter((name) => !/usage|executors|slots|homes|open/.test(name))
  await expect.poll(gate, { timeout: 10_000 }).toEqual([])
  const [usage] = await queue.keys('runs:gate:usage:gone:*')
  expect(await queue.connection.redis.hget(`${queue.keyPrefix}:${usage}`, 'succeeded')).toBe('30')
})
