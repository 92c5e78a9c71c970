import { join } from 'node:path'
import { boundToParent, startProcess } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'

test('03-npm-modules gives on this machine what it promises', async () => {
  const { REDIS_URL: _, ...env } = process.env
  const main = join(import.meta.dirname, 'main.ts')
  const command = boundToParent(process.execPath, ['--conditions=@isolated-runtime/source', main])
  await using example = await startProcess(...command, { env })
  expect(await example.exit).toEqual({ code: 0, signal: null })
  expect(example.lines).toEqual([
    'invoice.invoice() gave {"total":"20.20","due":"2026-12-06"}',
    'invoice.problems() gave ["placed: Invalid input: expected string, received undefined","lines: Too small: expected array to have >=1 items"]',
    'report.bySku() gave {"A-1":3,"B-7":1}',
    `Cannot find module 'left-pad' required from '/report.js': the option "external" does not allow it`,
    `Cannot find module 'events' required from '/report.js': "events" is built into Node.js, and guests do not have it; the npm package "events" can stand in for it, once it is installed and "external" allows it`,
  ])
})
