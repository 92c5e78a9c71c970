import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProcess, temporaryFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { lockData } from './data-lock.ts'

test('lockData() refuses data that a running process holds, until it lets go', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'lock')
  const lock = await lockData(file)
  await expect(lockData(file)).rejects.toThrow(`Process ${process.pid} holds "${file}"`)
  await lock[Symbol.asyncDispose]()
  expect(existsSync(file)).toBe(false)
})

test('lockData() takes over from a process that is gone', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const file = join(folder.path, 'lock')
  const gone = stack.use(await startProcess(process.execPath, ['-e', '']))
  await gone.exit
  await writeFile(file, String(gone.pid))
  stack.use(await lockData(file))
  expect(await readFile(file, 'utf8')).toBe(String(process.pid))
})
