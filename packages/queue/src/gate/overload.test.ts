import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, it, vi } from 'vitest'
import { GateDrive } from '../fixtures/gate-drive.ts'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis({ args: ['--maxmemory', '24mb'] })

async function openEmpty(): Promise<TestQueue> {
  const queue = await TestQueue.open(redis)
  await queue.connection.redis.flushall()
  return queue
}

const infoOf = async (queue: TestQueue, name: string) => {
  const info = await queue.connection.redis.info('memory')
  return Number(new RegExp(`\\n${name}:(\\d+)`).exec(info)?.[1])
}

it('runs are refused before Redis is full, however fast they come, and taken again when there is room', async () => {
  await using queue = await openEmpty()
  const drive = new GateDrive(queue)
  await drive.executors(4)
  const argsJson = JSON.stringify(['x'.repeat(50_000)])
  let taken = 0
  const flood = async (): Promise<void> => {
    // Nobody looks at the memory meanwhile.
    for (;;) {
      await drive.enqueue('noisy', { argsJson, expiresInMs: 1_000_000 })
      taken += 1
    }
  }
  const refusal = { code: 'FLEET_OVERLOADED', retryAfterMs: expect.any(Number) }
  await expect(flood()).rejects.toMatchObject({ ...refusal, message: expect.stringContaining('"maxmemory"') })
  expect(taken).toBeGreaterThan(50)
  expect(await infoOf(queue, 'used_memory')).toBeLessThan(await infoOf(queue, 'maxmemory'))

  // What was taken in is less than it was counted for; in the end it is measured.
  const measured = /Redis holds \d+ MB of the 24 MB of its "maxmemory", 90 % is the most; try again in \d+ ms/
  await vi.waitFor(async () => {
    drive.now += 1_000
    await drive.executors(4)
    await expect(flood()).rejects.toThrow(measured)
  })
  await drive.serve(taken)
  drive.now += 61_000
  await drive.executors(4)
  drive.now += 1_000
  await drive.executors(4)
  await drive.enqueue('polite')
  expect(await drive.serve(1)).toEqual(['polite'])
})

it('runs that go on end and are answered while Redis is full, and submits are refused', async () => {
  await using queue = await openEmpty()
  const { redis: commands } = queue.connection
  const [started, go] = [latch(), latch()]
  await queue.taker({
    handle: async () => {
      started.resolve()
      await go.promise
      return succeeded('done')
    },
  })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun())
  await started.wait()
  await commands.config('SET', 'maxmemory', '1mb')
  try {
    await expect(submitter.submit(newRun())).rejects.toMatchObject({
      code: 'FLEET_OVERLOADED',
      retryAfterMs: expect.any(Number),
    })
    const endedAt = Date.now()
    go.resolve()
    expect(await outcome).toMatchObject({ status: 'succeeded' })
    // Sooner than a reply that is lost would be looked for.
    expect(Date.now() - endedAt).toBeLessThan(1_500)
  } finally {
    await commands.config('SET', 'maxmemory', '24mb')
  }
  // As soon as somebody has looked again.
  await expect
    .poll(async () => (await submitter.submit(newRun())).outcome, { timeout: 10_000, interval: 200 })
    .toMatchObject({ status: 'succeeded' })
})

it('a fleet that leaves the next run untaken for too long takes no more, until one is taken', async () => {
  await using queue = await openEmpty()
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.enqueue('a', { expiresInMs: 1_000_000 })
  await drive.enqueue('a', { expiresInMs: 1_000_000 })
  const wait = async (ms: number) => {
    drive.now += ms
    await drive.executors(4)
  }
  await wait(1_000)
  await wait(59_000)
  await drive.enqueue('a')
  await wait(2_000)
  await expect(drive.enqueue('a')).rejects.toMatchObject({
    code: 'FLEET_OVERLOADED',
    message: expect.stringMatching(
      /no executor has taken the next run for 61 s, 60 s is the most; try again in \d+ ms/,
    ),
  })
  await drive.take()
  await wait(1_000)
  await drive.enqueue('a')
})

it('a fleet that was overloaded when its executors went takes runs again by itself', async () => {
  await using queue = await openEmpty()
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.enqueue('a')
  for (const ms of [1_000, 62_000]) {
    drive.now += ms
    await drive.executors(4)
  }
  await expect(drive.enqueue('a')).rejects.toMatchObject({ code: 'FLEET_OVERLOADED' })
  drive.now += 2_500
  await drive.enqueue('a')
})
