import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { guestFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { walkFolder } from './folder-walk.ts'
import { isUnchanged } from './is-unchanged.ts'

const LIMITS = { maxBytes: 1_000, maxFiles: 10 }

test.each<[string, (folder: string) => Promise<unknown>]>([
  ['a file is added', (folder) => writeFile(join(folder, 'new.js'), '')],
  ['a file is added below', (folder) => writeFile(join(folder, 'below/new.js'), '')],
  ['a file is written', (folder) => writeFile(join(folder, 'below/b.js'), '22')],
  ['a file is removed', (folder) => rm(join(folder, 'a.js'))],
  ['a file is renamed', (folder) => rename(join(folder, 'a.js'), join(folder, 'c.js'))],
  ['a directory is added', (folder) => mkdir(join(folder, 'new'))],
  ['the target of a link is written', (folder) => writeFile(join(folder, 'below/target.txt.js'), '33')],
  [
    'a link is pointed elsewhere',
    async (folder) => {
      await rm(join(folder, 'link.js'))
      await symlink('a.js', join(folder, 'link.js'))
    },
  ],
  ['the folder is replaced', (folder) => rm(folder, { recursive: true })],
])('isUnchanged() is false once %s', async (_, change) => {
  await using folder = await guestFolder({ 'a.js': '1', 'below/b.js': '2', 'below/target.txt.js': '3' })
  await symlink('below/target.txt.js', join(folder.path, 'link.js'))
  const { looked } = walkFolder(folder.path, LIMITS)
  expect(isUnchanged(looked)).toBe(true)
  await change(folder.path)
  expect(isUnchanged(looked)).toBe(false)
})
