import { expect, test } from 'vitest'
import { chaos } from './fixtures/chaos/chaos.ts'

test.for([1, 2])(
  'whatever happens to Redis, executors and wires, all that is asked settles rightly and in time, and nothing is left (seed %i)',
  { timeout: 300_000 },
  async (seed) => {
    const { story, problems, ends } = await chaos({ seed, forMs: 8_000 })
    expect({ problems, story }).toEqual({ problems: [], story })
    expect(ends.right).toBeGreaterThan(20)
  },
)
