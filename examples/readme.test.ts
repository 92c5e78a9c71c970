import { globSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { boundToParent, startProcess } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

test('the TypeScript of each README type-checks against the packages', async () => {
  const readmes = ['README.md', ...globSync('packages/*/README.md', { cwd: ROOT })]
  await using unpacked = await unpack(readmes)
  expect(unpacked.blocks).toBeGreaterThan(readmes.length / 2)
  const compilerOptions = { noUnusedLocals: false }
  const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['**/*.ts'], exclude: [] }
  await writeFile(join(unpacked.folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  await using check = await startProcess(...boundToParent(tsc, ['-p', unpacked.folder]))
  expect({ exit: await check.exit, lines: check.lines }).toEqual({
    exit: { code: 0, signal: null },
    lines: [],
  })
})

test('main.ts of the README prints what the README says', async () => {
  await using unpacked = await unpack(['README.md'])
  const command = boundToParent(process.execPath, ['--conditions=@isolated-runtime/source', 'main.ts'])
  await using example = await startProcess(...command, { cwd: join(unpacked.folder, '0') })
  expect(await example.exit).toEqual({ code: 0, signal: null })
  const text = await readFile(join(ROOT, 'README.md'), 'utf8')
  const printed = (/^```text\n(.*?)\n```/ms.exec(text)?.[1] ?? '').split('\n')
  expect(example.lines.map(withoutTimes)).toEqual(printed.map(withoutTimes))
})

/** Writes the TypeScript blocks of each page to a folder: under the name in their first line, if there is one. */
async function unpack(pages: readonly string[]) {
  // Inside the examples, so that imports resolve as they do there.
  const folder = await mkdtemp(join(import.meta.dirname, '.readme-'))
  let blocks = 0
  for (const [page, path] of pages.entries()) {
    const text = await readFile(join(ROOT, path), 'utf8')
    for (const [, name, code] of text.matchAll(/^```ts\n(?:\/\/ (\S+\.ts)\n)?(.*?)^```/gms)) {
      const file = join(folder, String(page), name ?? `block-${blocks}.ts`)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, code ?? '')
      blocks += 1
    }
  }
  return { folder, blocks, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

/** How long a run took differs each time. */
function withoutTimes(line: string): string {
  return line.replace(/after \d+ ms/, 'after N ms')
}
