import { usageSchema } from '@isolated-runtime/protocol'
import { expect, it } from 'vitest'
import { QuickRuns } from './quick-runs.ts'

function seen(...wallMs: number[]): QuickRuns {
  const runs = new QuickRuns()
  for (const each of wallMs) runs.record({ usage: usageSchema.parse({ wallMs: each }) })
  return runs
}

it('runs are quick once enough of them were', () => {
  expect(seen(0.1, 0.1, 0.1).areQuick).toBe(false)
  expect(seen(0.1, 0.1, 0.1, 0.1).areQuick).toBe(true)
})

it('one that takes long for once makes the next ones wait for nobody', () => {
  const runs = seen(...Array<number>(100).fill(0.1), 300)
  expect(runs.areQuick).toBe(false)
  for (let run = 0; run < 100; run++) runs.record({ usage: usageSchema.parse({ wallMs: 0.1 }) })
  expect(runs.areQuick).toBe(true)
})

it('the longer they take, the fewer travel together', () => {
  expect(seen(...Array<number>(20).fill(0.1)).perBatch).toBe(64)
  expect(seen(...Array<number>(20).fill(1.9)).perBatch).toBe(5)
})
