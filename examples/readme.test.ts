import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { boundToParent, startProcess } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

test('the TypeScript of the README fits the packages', async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? '')
  expect(blocks.length).toBeGreaterThan(0)

  // Inside the examples, so that imports resolve as they do there.
  const folder = await mkdtemp(join(import.meta.dirname, '.readme-'))
  try {
    await Promise.all(blocks.map((code, index) => writeFile(join(folder, `${index}.ts`), code)))
    const compilerOptions = { noUnusedLocals: false }
    const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['*.ts'], exclude: [] }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    await using check = await startProcess(...boundToParent(tsc, ['-p', folder]))
    expect({ exit: await check.exit, lines: check.lines }).toEqual({
      exit: { code: 0, signal: null },
      lines: [],
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
