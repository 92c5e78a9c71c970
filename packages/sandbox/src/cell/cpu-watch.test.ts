import { latch } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import { CpuWatch } from './cpu-watch.ts'

it('tells of a run over its limit, with the figure', async () => {
  const over = latch<number[]>()
  const watch = new CpuWatch({ cpuMsOf: async (seq) => seq * 10 }, (seq, usedMs) =>
    over.resolve([seq, usedMs]),
  )
  watch.add(1, 20)
  watch.add(2, 15)
  expect(await over.wait()).toEqual([2, 20])
  watch.remove(1)
  watch.remove(2)
})

it('asks again when a thread that awaits could have used up the rest', async () => {
  const figures = [0, 4, 11]
  const over = latch<number>()
  const watch = new CpuWatch({ cpuMsOf: async () => figures.shift() }, (_, usedMs) => over.resolve(usedMs))
  watch.add(1, 10)
  expect(await over.wait()).toBe(11)
  watch.remove(1)
})

it('asks nothing about a run that is over, and does not hear what comes too late', async () => {
  const asked = latch()
  const answer = latch<number>()
  const over: number[] = []
  const cpuMsOf = (): Promise<number> => {
    asked.resolve()
    return answer.promise
  }
  const watch = new CpuWatch({ cpuMsOf }, (seq) => over.push(seq))
  watch.add(1, 1)
  await asked.wait()
  watch.remove(1)
  answer.resolve(1_000)
  await answer.promise
  expect(over).toEqual([])
})
