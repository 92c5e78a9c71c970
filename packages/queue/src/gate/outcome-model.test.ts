import { Random, useRedis } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import { GateDrive } from '../fixtures/gate-drive.ts'
import { OutcomeModel } from '../fixtures/outcome-model.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const STEPS = 300
const SEEDS = [1, 2, 3, 4, 5, 6]

it.for(SEEDS)(
  'whatever ends a run and however often its id is used, its outcome ends in its time and no run before it is over (seed %i)',
  async (seed) => {
    await using queue = await TestQueue.open(redis)
    const drive = new GateDrive(queue)
    const model = new OutcomeModel(queue, drive, new Random(seed))
    await drive.executors(3)
    const steps: string[] = []
    try {
      for (let step = 0; step < STEPS; step++) steps.push(await model.step())
      await model.drain()
    } catch (error) {
      throw new Error(`Seed ${seed}, after ${steps.slice(-12).join(', ')}`, { cause: error })
    }
    expect(await queue.keys('runs:default/*')).toEqual([])
  },
)
