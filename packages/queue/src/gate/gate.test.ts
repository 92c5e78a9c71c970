import { RUN_MESSAGE_VERSION } from '@isolated-runtime/protocol'
import { useRedis } from '@isolated-runtime/testing'
import { Queue } from 'bullmq'
import { expect, it } from 'vitest'
import { GateDrive, type TakenRun } from '../fixtures/gate-drive.ts'
import { keyOf, newRun } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()

it('a job that the gate adds is the one that BullMQ would add', async () => {
  await using queue = await TestQueue.open(redis)
  const { redis: commands } = queue.connection
  const drive = new GateDrive(queue)
  const run = { ...newRun({ id: 'same' }), expiresInMs: undefined }
  const message = {
    version: RUN_MESSAGE_VERSION,
    ...run,
    replyTo: 'me',
    submittedAt: drive.now,
    expiresAt: drive.now,
  } as const
  await drive.gate.enqueue(message, { priority: 0, delayMs: 0, fingerprint: '' })
  const ours = await lookAt(drive.key)

  await using bull = Object.assign(new Queue('bull', { connection: commands, prefix: queue.keyPrefix }), {
    [Symbol.asyncDispose]: () => bull.close(),
  })
  await bull.add('run', message, { jobId: 'default/same' })
  const theirs = await lookAt(`${queue.keyPrefix}:bull`)
  expect(ours.job).toMatchObject(theirs.job)
  expect({ wait: ours.wait, marker: ours.marker }).toEqual({ wait: theirs.wait, marker: theirs.marker })

  async function lookAt(key: string) {
    const { opts, timestamp, ...fields } = await commands.hgetall(`${key}:default/same`)
    return {
      job: { ...fields, timestamp: typeof timestamp, opts: JSON.parse(opts ?? '') as object },
      wait: await commands.lrange(`${key}:wait`, 0, -1),
      marker: await commands.zrange(`${key}:marker`, '0', '-1', 'WITHSCORES'),
    }
  }
})

it('the same id joins the run that is there, another request under it is refused', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  for (const phase of ['given', 'given too', 'in line'] as const) {
    await drive.enqueue('a', { id: phase.replace(' ', '-'), argsJson: '[1]' })
    await drive.enqueue('a', { id: phase.replace(' ', '-'), argsJson: '[1]' })
    await expect(drive.enqueue('a', { id: phase.replace(' ', '-'), argsJson: '[2]' })).rejects.toMatchObject({
      code: 'RUN_ID_TAKEN',
    })
    await drive.enqueue('b', { id: phase.replace(' ', '-'), argsJson: '[2]' })
  }
  await drive.executors(16)
  expect(await drive.takeAll()).toHaveLength(6)
})

it('a delayed run is held back until it is due, and then takes its place in line', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  const due = drive.now + 5_000
  await drive.enqueue('a', { notBefore: due })
  expect(await drive.executors(4)).toBe(5_000)
  expect(await drive.takeAll()).toEqual([])
  drive.now = due
  await drive.executors(4)
  expect(await drive.takeAll()).toHaveLength(1)
})

it('a run that expires in line is given out whatever the caps, for somebody to settle it', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('a', { maxConcurrent: 1 })
  await drive.enqueue('a')
  const late = await drive.enqueue('a', { expiresInMs: 2_000 })
  await drive.takeAll()
  drive.now += 2_000
  await drive.executors(4)
  expect(await drive.takeAll()).toEqual([{ tenant: 'a', runId: late }])
})

it('runs that nobody has taken can be taken out: waiting, delayed, in line', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  const ids = [
    await drive.enqueue('a'),
    await drive.enqueue('a'),
    await drive.enqueue('a'),
    await drive.enqueue('a', { notBefore: drive.now + 1_000 }),
  ]
  for (const id of ids) expect(await drive.gate.remove(keyOf(id, 'a'), 'cancelled')).toBe('removed')
  for (const id of ids) expect(await drive.gate.remove(keyOf(id, 'a'), 'cancelled')).toBe('missing')
  drive.now += 60_000
  await drive.executors(4)
  expect(await drive.takeAll()).toEqual([])
  expect(await queue.keys('runs:gate:{line:a,queued,bytes,due,flying,running,expiry}')).toEqual([])
})

it('a run that was taken, or is over, is not taken out', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  const id = await drive.enqueue('a')
  const [run] = await drive.takeAll()
  expect(await drive.gate.remove(keyOf(id, 'a'), 'cancelled')).toBe('taken')
  await drive.finish(run as TakenRun)
  expect(await drive.gate.remove(keyOf(id, 'a'), 'cancelled')).toBe('over')
})

it('taking out a run frees its place for the next', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('a', { maxConcurrent: 1 })
  const first = await drive.enqueue('a')
  const second = await drive.enqueue('a')
  await drive.gate.remove(keyOf(first, 'a'), 'cancelled')
  expect(await drive.takeAll()).toEqual([{ tenant: 'a', runId: second }])
})

it('executors that are not heard of any more leave no slots behind', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(100)
  drive.now += 6_000
  await drive.tick('other', 4)
  for (let run = 0; run < 50; run++) await drive.enqueue('a')
  expect(await drive.takeAll()).toHaveLength(6)
})

it('what every run used is counted once, by tenant and hour, whoever finds that it is over', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.enqueue('a')
  await drive.enqueue('a')
  const [first, second] = await drive.takeAll()
  await drive.finish(first as TakenRun)
  await drive.finish(first as TakenRun)
  await drive.complete(second as TakenRun)
  drive.now += 20_000
  await drive.executors(4)
  await drive.executors(4)
  const hour = Math.floor(drive.now / 3_600_000)
  const usage = await queue.connection.redis.hgetall(`${drive.key}:gate:usage:a:${hour}`)
  expect(usage).toEqual({ succeeded: '2', cpuUs: '4000', wallUs: '6000', bytesIn: '7', bytesOut: '11' })
})
