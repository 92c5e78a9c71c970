import { Random, useRedis } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import { GateDrive } from '../fixtures/gate-drive.ts'
import { GateModel } from '../fixtures/gate-model.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const STEPS = 250
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

const CASES = SEEDS.flatMap((seed) => [[seed, []] as const, [seed, ['one', 'two', 'three']] as const])

it.for(CASES)(
  'after each of many random steps the counts are right; nothing is lost or stuck (seed %i, homes %j)',
  async ([seed, homes]) => {
    await using queue = await TestQueue.open(redis)
    const drive = new GateDrive(queue)
    const model = new GateModel(queue, drive, new Random(seed), homes)
    await model.tick()
    const steps: string[] = []
    try {
      for (let step = 0; step < STEPS; step++) steps.push(await model.step())
      await model.drain()
    } catch (error) {
      throw new Error(`Seed ${seed}, after ${steps.slice(-12).join(', ')}`, { cause: error })
    }
    expect(await model.accounted()).toEqual(model.ended)
    // What idle tenants leave behind is what they used, and what operators decided.
    const left = await queue.keys('runs:gate:*')
    expect(left.filter((key) => !/:gate:(usage:|bucket:|changed$|homes$|open$)/.test(key))).toEqual([
      'runs:gate:executors',
      'runs:gate:slots',
    ])
  },
)
