import { join } from 'node:path'
import { boundToParent, startProcess } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'

test('04-typed gives on this machine what it promises', async () => {
  const { REDIS_URL: _, ...env } = process.env
  const main = join(import.meta.dirname, 'main.ts')
  const command = boundToParent(process.execPath, ['--conditions=@isolated-runtime/source', main])
  await using example = await startProcess(...command, { env })
  expect(await example.exit).toEqual({ code: 0, signal: null })
  expect(example.lines).toEqual([
    '61.00 net, 73.20 gross, until 2026-12-31',
    'The cheapest is PEN-BLACK',
    'RangeError: No rate for "XX", because of {"known":["DE","FR"]}',
    'All of it ran on this machine.',
  ])
})
