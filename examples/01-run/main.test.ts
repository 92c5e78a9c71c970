import { join } from 'node:path'
import { boundToParent, startProcess } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'

test('01-run gives on this machine what it promises', async () => {
  const { REDIS_URL: _, ...env } = process.env
  const main = join(import.meta.dirname, 'main.ts')
  const command = boundToParent(process.execPath, ['--conditions=@isolated-runtime/source', main])
  await using example = await startProcess(...command, { env })
  expect(await example.exit).toEqual({ code: 0, signal: null })
  expect(example.lines).toEqual([
    'module1.a() gave 1, module2.b() gave undefined, global.a of the host is 3',
    'discount.discount() gave 15',
    expect.stringMatching(/^spin\.spin\(\) timed-out after \d+ ms$/),
    'All of it ran on this machine.',
  ])
})
