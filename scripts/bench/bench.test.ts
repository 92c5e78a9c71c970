import { startProcess } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'

test('a benchmark that is not there is refused with those that are', async () => {
  await using bench = await startProcess(process.execPath, ['scripts/bench.mjs', 'no-such-benchmark'])
  expect((await bench.exit).code).toBe(2)
  expect(bench.lines[0]).toBe('There is no benchmark "no-such-benchmark"')
  expect(bench.lines.join('\n')).toContain('Usage: npm run bench -- <name>')
})
