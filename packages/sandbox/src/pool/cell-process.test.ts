import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { startCellProcess } from './cell-process.ts'

it('a cell whose threads cannot start ends by itself, and says why', async () => {
  const settings = { threads: 2, memoryMb: 64, growthMb: 500, maxRunsPerRealm: 1, allow: [] }
  const { child, pipe } = startCellProcess(settings, { threadFile: '/none/thread.js' })
  const said = text(pipe)
  const [stderr] = await Promise.all([child.stderr && text(child.stderr), once(pipe, 'close')])
  expect(stderr).toContain('Error')
  // Neither that it is ready, nor that a thread is stuck: the start has failed.
  expect(await said).toBe('')
})
