import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const SCOPE = '@isolated-runtime/'

interface Package {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
}

function packageIn(folder: string): Package {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Package
}

/** The folders of the workspaces that one needs at run time, itself included. */
function neededBy(folder: string, found = new Set<string>()): Set<string> {
  found.add(folder)
  for (const name of Object.keys(packageIn(folder).dependencies ?? {})) {
    const next = `packages/${name.slice(SCOPE.length)}`
    if (name.startsWith(SCOPE) && !found.has(next)) neededBy(next, found)
  }
  return found
}

test('the image has all that the executor and the packages below it publish, but for sources', () => {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
  const needed = [...neededBy('services/executor')].flatMap((folder) => {
    const files = packageIn(folder).files ?? ['dist']
    return ['package.json', ...files.filter((file) => !/^!|^src$|^README/.test(file))].map(
      (file) => `${folder}/${file}`,
    )
  })
  expect(needed).toContain('packages/queue/lua')
  expect(needed.filter((path) => !dockerfile.includes(` ${path}`))).toEqual([])
  expect(dockerfile).not.toContain('# syntax=')
})
