import {
  appendFile,
  chmod,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { walkFolder, type FoundFile } from './folder-walk.ts'
import { readFoundFile } from './read-found-file.ts'

const LIMITS = { maxBytes: 1_000_000, maxFiles: 10 }

function find(folder: string): FoundFile {
  const [file] = walkFolder(folder, LIMITS).files
  if (file === undefined) throw new Error('Found no file')
  return file
}

async function read(content: string | Uint8Array): Promise<string> {
  await using folder = await guestFolder({ 'a.js': content })
  // Without the await, the folder would be removed before the file is read.
  return await readFoundFile(find(folder.path))
}

test('a byte order mark is left out, line ends are kept', async () => {
  await expect(read('\ufeffexports.a = 1\r\nexports.b = 2\n')).resolves.toBe(
    'exports.a = 1\r\nexports.b = 2\n',
  )
})

test.for([
  ['Latin-1', Buffer.from('exports.a = "ü"', 'latin1')],
  ['UTF-16', Buffer.from('\ufeffexports.a = 1', 'utf16le')],
] as const)('%s is refused', async ([, content]) => {
  await expect(read(content)).rejects.toMatchObject({
    code: 'BUNDLE_FILE_REFUSED',
    message: 'Cannot bundle "/a.js": it is not valid UTF-8',
  })
})

describe('a file that is not what the walk saw is refused:', () => {
  const changes: Record<string, (path: string) => Promise<unknown>> = {
    'it has grown': (path) => appendFile(path, ' '),
    'it has shrunk': (path) => writeFile(path, ''),
    'it was written again with the times put back': async (path) => {
      await writeFile(path, (await readFile(path, 'utf8')).replace('1', '2'))
      await utimes(path, 1, 1)
    },
    'it has vanished': (path) => rm(path),
    'it is another file by the same name': async (path) => {
      await writeFile(`${path}.new`, 'exports.a = 1')
      await rename(`${path}.new`, path)
    },
    'it is a symlink now': async (path) => {
      await rename(path, `${path}.old`)
      await symlink(`${path}.old`, path)
    },
    'it is a directory now': async (path) => {
      await rm(path)
      await mkdir(path)
    },
    'its directory is a symlink that leaves the folder now': async (path) => {
      const directory = join(path, '..')
      await rename(directory, join(directory, '..', '..', 'outside'))
      await symlink('../outside', directory)
    },
  }
  test.for(Object.entries(changes))('%s', async ([, change]) => {
    await using folder = await guestFolder({ 'inside/rules/a.js': 'exports.a = 1' })
    const file = find(join(folder.path, 'inside'))
    await change(file.realPath)
    await expect(readFoundFile(file)).rejects.toMatchObject({
      code: 'BUNDLE_FILE_REFUSED',
      message: 'Cannot bundle "/rules/a.js": it changed while it was packed; pack again when it is at rest',
    })
  })
})

test('a hard link is a file like any other', async () => {
  await using folder = await guestFolder({ 'inside/README': '', 'a.js': 'exports.a = 1' })
  await link(join(folder.path, 'a.js'), join(folder.path, 'inside', 'a.js'))
  await expect(readFoundFile(find(join(folder.path, 'inside')))).resolves.toBe('exports.a = 1')
})

test('a file that may not be read is refused', async () => {
  await using folder = await guestFolder({ 'a.js': '' })
  await chmod(folder.path, 0o711)
  await chmod(join(folder.path, 'a.js'), 0)
  const file = find(folder.path)
  await expect(withoutRights(() => readFoundFile(file))).rejects.toMatchObject({
    code: 'BUNDLE_FILE_REFUSED',
    message: 'Cannot bundle "/a.js": it cannot be read (EACCES)',
  })
})

/** Root may read everything, so it becomes somebody else for a while. */
async function withoutRights<Result>(work: () => Promise<Result>): Promise<Result> {
  const nobody = 65_534
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(nobody)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}
