import { execFileSync } from 'node:child_process'
import { linkSync, writeFileSync } from 'node:fs'
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { guestFolder, temporaryFolder, type TemporaryFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { walkFolder } from './folder-walk.ts'

const LIMITS = { maxBytes: 1_000_000, maxFiles: 2_000 }

function pathsOf(folder: string): string[] {
  return walkFolder(folder, LIMITS).files.map(({ path }) => path)
}

/** A folder of many empty files; they are hard links, because those are made a hundred times faster. */
async function folderOf(count: number, ending: string): Promise<TemporaryFolder> {
  const folder = await temporaryFolder()
  const path = (index: number): string => join(folder.path, `${index}${ending}`)
  for (let index = 0; index < count; index++) {
    // File systems allow some 65,000 names for one file.
    const first = index - (index % 50_000)
    if (index === first) writeFileSync(path(index), '')
    else linkSync(path(first), path(index))
  }
  return folder
}

const refused = (path: string, why: string): unknown =>
  expect.objectContaining({
    code: 'BUNDLE_FILE_REFUSED',
    message: expect.stringMatching(`^Cannot bundle ${path}: .*${why}`),
  })

describe('limits', () => {
  test('a file of 1 GB is refused by its size, unread', async () => {
    await using folder = await guestFolder({ 'a.js': '', 'huge.js': '' })
    await truncate(join(folder.path, 'huge.js'), 2 ** 30)
    expect(() => pathsOf(folder.path)).toThrow(
      expect.objectContaining({
        code: 'BUNDLE_TOO_LARGE',
        message: `Cannot bundle "${folder.path}": its code comes to 1,073,741,824 bytes or more, 1,073,741,824 of them in "/huge.js"; "maxBytes" is 1,000,000`,
      }),
    )
  })

  test('a huge file that is no code does not matter', async () => {
    await using folder = await guestFolder({ 'a.js': '', 'film.mp4': '' })
    await truncate(join(folder.path, 'film.mp4'), 2 ** 30)
    expect(pathsOf(folder.path)).toEqual(['/a.js'])
  })

  test('directories nested deeper than the system can name are refused', async () => {
    await using folder = await temporaryFolder()
    // From within, and away by `rm`, because their whole path is too long for Node.js.
    using deep = new DisposableStack()
    deep.defer(() => execFileSync('rm', ['-r', 'd'.repeat(200)], { cwd: folder.path }))
    const script = `for (let i = 0; i < 25; i++) { fs.mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)) }`
    execFileSync(process.execPath, ['-e', script], { cwd: folder.path })
    expect(() => pathsOf(folder.path)).toThrow(
      expect.objectContaining({
        code: 'BUNDLE_FILE_REFUSED',
        message: expect.stringMatching(/\(ENAMETOOLONG\)$/),
      }),
    )
  })

  test('files are counted over all directories', async () => {
    await using folder = await guestFolder({ 'a.js': '', 'b/b.js': '', 'c/c.js': '' })
    expect(() => walkFolder(folder.path, { ...LIMITS, maxFiles: 2 })).toThrow(
      expect.objectContaining({
        code: 'BUNDLE_TOO_LARGE',
        message: `Cannot bundle "${folder.path}": it has more than 2 files of code; "maxFiles" is 2`,
      }),
    )
    expect(walkFolder(folder.path, { ...LIMITS, maxFiles: 3 }).files).toHaveLength(3)
  })

  test('a folder of 100,000 files is refused without looking at them all', async () => {
    await using folder = await folderOf(100_000, '.js')
    expect(() => pathsOf(folder.path)).toThrow('it has more than 2,000 files of code')
  })

  test('a folder of other files without end is refused', async () => {
    await using folder = await folderOf(20_001, '.txt')
    expect(() => pathsOf(folder.path)).toThrow('it has more than 20,000 entries')
  })
})

describe('symlinks', () => {
  test('those that stay inside are followed', async () => {
    await using folder = await guestFolder({ 'lib/a.js': '', 'rules/b.js': '' })
    await symlink('../lib', join(folder.path, 'rules/lib'))
    await symlink('lib/a.js', join(folder.path, 'c.js'))
    expect(pathsOf(folder.path)).toEqual(['/c.js', '/lib/a.js', '/rules/b.js', '/rules/lib/a.js'])
  })

  test('loops end', async () => {
    await using folder = await guestFolder({ 'a/a.js': '', 'b/b.js': '' })
    await symlink('.', join(folder.path, 'self'))
    await symlink('../a', join(folder.path, 'b/a'))
    await symlink('../b', join(folder.path, 'a/b'))
    expect(pathsOf(folder.path)).toEqual(['/a/a.js', '/a/b/b.js', '/b/a/a.js', '/b/b.js'])
  })

  test('directories that all link to each other end', async () => {
    await using folder = await temporaryFolder()
    const names = 'abcdefghij'.split('')
    for (const name of names) await mkdir(join(folder.path, name))
    for (const from of names) {
      for (const to of names) await symlink(`../${to}`, join(folder.path, from, to))
    }
    expect(() => pathsOf(folder.path)).toThrow('it has more than 20,000 entries')
  })

  test.for([
    ['a file outside', 'a.js', '../outside/secret.js', 'it is a symlink that leaves the folder'],
    ['a file outside by another ending', 'a.js', '/etc/passwd', 'it is a symlink that leaves the folder'],
    ['a directory outside', 'lib', '../outside', 'it is a symlink that leaves the folder'],
    [
      'a sibling that starts with the same name',
      'lib',
      '../inside-not',
      'it is a symlink that leaves the folder',
    ],
    ['a device', 'a.js', '/dev/zero', 'it is a symlink that leaves the folder'],
    ['nothing', 'a.js', 'nothing.js', 'it is a broken symlink'],
    ['itself', 'a.js', 'a.js', 'it is a symlink that leads back to itself'],
  ])('one to %s is refused', async ([, name = '', target = '', why = '']) => {
    await using folder = await guestFolder({
      'inside/b.js': '',
      'inside-not/c.js': '',
      'outside/secret.js': '',
    })
    await symlink(target, join(folder.path, 'inside', name))
    expect(() => pathsOf(join(folder.path, 'inside'))).toThrow(refused(`"/${name}"`, why))
  })

  test('those that name no code do not matter', async () => {
    await using folder = await guestFolder({ 'inside/b.js': '' })
    const inside = join(folder.path, 'inside')
    await symlink('/etc/passwd', join(inside, 'passwd'))
    await symlink('nothing', join(inside, 'broken'))
    await symlink('loop', join(inside, 'loop'))
    await symlink('/', join(inside, 'node_modules'))
    await symlink('/', join(inside, '.root'))
    expect(pathsOf(inside)).toEqual(['/b.js'])
  })
})

describe('what is no file', () => {
  test('a FIFO is refused and not waited on', async () => {
    await using folder = await temporaryFolder()
    execFileSync('mkfifo', [join(folder.path, 'a.js'), join(folder.path, 'b.txt')])
    expect(() => pathsOf(folder.path)).toThrow(refused('"/a.js"', 'neither a file nor a directory'))
  })

  test('a socket is refused', async () => {
    await using folder = await temporaryFolder()
    await using server = createServer()
    await new Promise<void>((resolve) => server.listen(join(folder.path, 'a.js'), resolve))
    expect(() => pathsOf(folder.path)).toThrow(refused('"/a.js"', 'neither a file nor a directory'))
  })
})

describe('what is left out', () => {
  test('settings of compilers, which may have comments', async () => {
    await using folder = await guestFolder({
      'a.ts': '',
      'tsconfig.json': '{ // strict\n}',
      'lib/tsconfig.build.json': '{},',
      'lib/jsconfig.json': '',
      'lib/my-tsconfig.json': '{}',
    })
    expect(pathsOf(folder.path)).toEqual(['/a.ts', '/lib/my-tsconfig.json'])
  })

  test('files and folders whose whole name "exclude" has, and no others', async () => {
    await using folder = await guestFolder({
      'a.js': '',
      'a.test.js': '',
      'benchmarks/b.js': '',
      'lib/a.spec.ts': '',
      'lib/a.test.js/c.js': '',
      'lib/benchmarks.js': '',
      'lib/my.test.json': '{}',
    })
    const exclude = ['*.test.js', '*.spec.*', 'benchmarks']
    const { files } = walkFolder(folder.path, { ...LIMITS, exclude })
    expect(files.map(({ path }) => path)).toEqual(['/a.js', '/lib/benchmarks.js', '/lib/my.test.json'])
  })
})

describe('names', () => {
  test.for(['a\\b.js', 'a\nb.js', 'a\u001b[31m.js', 'a\u007f.json', 'c:a.js', '%2e%2e.js'])(
    '%j is refused',
    async (name) => {
      await using folder = await guestFolder({ [name]: '' })
      expect(() => pathsOf(folder.path)).toThrow(
        expect.objectContaining({
          code: 'BUNDLE_FILE_REFUSED',
          message: expect.stringContaining(`Cannot bundle ${JSON.stringify(`/${name}`)}: `),
        }),
      )
    },
  )

  test.for(['a\udc80.js', 'directory\udc80'])('one that is not UTF-8 is refused, as in %j', async (name) => {
    await using folder = await temporaryFolder()
    const path = Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from(name, 'latin1')])
    await (name.endsWith('.js') ? writeFile(path, '') : mkdir(path))
    expect(() => pathsOf(folder.path)).toThrow(refused('"/.*"', 'its name is not valid UTF-8'))
  })

  test('any other name is fine', async () => {
    const names = ['$ä 😀.js', '\'quoted".js', '..js.js', 'A.js', 'a.js', 'constructor.js', '__proto__.json']
    await using folder = await guestFolder(Object.fromEntries(names.map((name) => [`x/${name}`, ''])))
    const expected = names.filter((name) => !name.startsWith('.')).map((name) => `/x/${name}`)
    expect(pathsOf(folder.path)).toEqual(expected.toSorted())
  })
})
