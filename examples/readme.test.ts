import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { boundToParent, startProcess } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

test('the TypeScript of the README type-checks against the packages', async () => {
  await using readme = await unpackReadme()
  const compilerOptions = { noUnusedLocals: false }
  const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['**/*.ts'], exclude: [] }
  await writeFile(join(readme.folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  await using check = await startProcess(...boundToParent(tsc, ['-p', readme.folder]))
  expect({ exit: await check.exit, lines: check.lines }).toEqual({
    exit: { code: 0, signal: null },
    lines: [],
  })
})

test('main.ts of the README prints what the README says', async () => {
  await using readme = await unpackReadme()
  const command = boundToParent(process.execPath, ['--conditions=@isolated-runtime/source', 'main.ts'])
  await using example = await startProcess(...command, { cwd: readme.folder })
  expect(await example.exit).toEqual({ code: 0, signal: null })
  expect(example.lines.map(withoutTimes)).toEqual(readme.printed.map(withoutTimes))
})

/** Writes the TypeScript blocks of the README to a folder: under the name in their first line, if there is one. */
async function unpackReadme() {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8')
  // Inside the examples, so that imports resolve as they do there.
  const folder = await mkdtemp(join(import.meta.dirname, '.readme-'))
  const blocks = [...text.matchAll(/^```ts\n(?:\/\/ (\S+\.ts)\n)?(.*?)^```/gms)]
  for (const [index, [, name, code]] of blocks.entries()) {
    const file = join(folder, name ?? `block-${index}.ts`)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, code ?? '')
  }
  return {
    folder,
    /** The lines of the README's `text` block. */
    printed: (/^```text\n(.*?)\n```/ms.exec(text)?.[1] ?? '').split('\n'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** How long a run took differs each time. */
function withoutTimes(line: string): string {
  return line.replace(/after \d+ ms/, 'after N ms')
}
