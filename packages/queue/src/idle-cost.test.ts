import { latch, useRedis } from '@isolated-runtime/testing'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { newRun } from './fixtures/runs.ts'
import { TestQueue } from './fixtures/test-queue.ts'

const redis = useRedis()
const MAX_CALLS_A_SECOND = 5
/** An executor looks once a second whether there is anything to do. Among this many, each thing that it does has its turn. */
const LOOKS = 32

/** How often Redis was asked anything until now, by scripts too. */
async function callsOf(watcher: Redis): Promise<number> {
  const stats = await watcher.info('commandstats')
  return stats.matchAll(/^cmdstat_\S+?:calls=(\d+)/gm).reduce((sum, [, count]) => sum + Number(count), 0)
}

test(
  'an executor and a client that have nothing to do cost Redis less than five calls a second, those of scripts included',
  { timeout: 120_000 },
  async () => {
    await using queue = await TestQueue.open(redis)
    await queue.taker()
    await queue.scheduleTaker()
    const submitter = await queue.submitter()
    await (
      await submitter.submit(newRun())
    ).outcome
    await using stack = new AsyncDisposableStack()
    const watcher = new Redis(redis.url)
    stack.defer(() => watcher.disconnect())
    const monitor = await watcher.monitor()
    stack.defer(() => monitor.disconnect())
    const [calm, enough] = [latch(), latch()]
    let looks = 0
    monitor.on('monitor', (_: string, args: string[], source: string) => {
      const isLook = source !== 'lua' && args[0]?.toLowerCase() === 'exists' && args.length > 2
      if (!isLook) return
      looks++
      calm.resolve()
      if (looks > LOOKS) enough.resolve()
    })
    await calm.wait()
    const before = await callsOf(watcher)
    await enough.wait(100_000)
    expect((await callsOf(watcher)) - before).toBeLessThan(LOOKS * MAX_CALLS_A_SECOND)
  },
)
