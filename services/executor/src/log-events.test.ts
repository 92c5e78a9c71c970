import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')
const CALL = /\.(debug|info|warn|error|fatal)\(\s*\{\s*event: '([^']+)'/g
const ROW = /^\| `([^`]+)` \| (\w+) \|/gm

test('docs/operate/log-events.md lists each log event of the code with its level', async () => {
  const files = globSync('{packages,services}/*/src/**/*.ts', { cwd: ROOT })
  const sources = files.filter((file) => !/\.test\.ts$|\/fixtures\//.test(file))
  const texts = await Promise.all(sources.map((file) => readFile(join(ROOT, file), 'utf8')))
  const logged = texts.flatMap((text) =>
    [...text.matchAll(CALL)].map(([, level, event]) => `${event} ${level}`),
  )
  const page = await readFile(join(ROOT, 'docs/operate/log-events.md'), 'utf8')
  const listed = [...page.matchAll(ROW)].map(([, event, level]) => `${event} ${level}`)
  expect(new Set(logged)).toEqual(new Set(listed))
  expect(listed).toEqual(listed.toSorted())
})
