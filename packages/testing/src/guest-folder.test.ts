import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guestFolder } from './guest-folder.ts'

test('guestFolder() writes the files and removes them at the end', async () => {
  let path: string
  {
    await using folder = await guestFolder({ 'a.js': 'exports.a = 1', 'deep/b.json': '{}' })
    path = folder.path
    expect(await readFile(join(path, 'a.js'), 'utf8')).toBe('exports.a = 1')
    expect(await readFile(join(path, 'deep/b.json'), 'utf8')).toBe('{}')
  }
  expect(existsSync(path)).toBe(false)
})
