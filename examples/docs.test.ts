import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

test('each relative link of a Markdown file leads to a file and, with a fragment, to a heading of it', async () => {
  const pages = await markdownFiles()
  expect(pages.length).toBeGreaterThan(20)
  const broken = await Promise.all(pages.map(brokenLinks))
  expect(broken.flat()).toEqual([])
})

test('docs/README.md links each page of docs', async () => {
  const index = await readFile(join(ROOT, 'docs/README.md'), 'utf8')
  const pages = (await markdownFiles()).filter((page) =>
    /^docs\/(guide|operate|internals|reference)\//.test(page),
  )
  expect(pages.filter((page) => !index.includes(`](${page.slice('docs/'.length)})`))).toEqual([])
})

/** Markdown files of the working tree that git does not ignore, as paths below the root. */
async function markdownFiles(): Promise<string[]> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md']
  const { stdout } = await promisify(execFile)('git', args, { cwd: ROOT })
  return stdout.split('\n').filter((line) => line !== '')
}

async function brokenLinks(page: string): Promise<string[]> {
  const text = await readFile(join(ROOT, page), 'utf8')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '')
  const relative = targets.filter((target) => !/^[a-z]+:/.test(target))
  const isBroken = await Promise.all(relative.map((target) => leadsNowhere(page, target)))
  return relative.filter((_, index) => isBroken[index]).map((target) => `${page}: ${target}`)
}

async function leadsNowhere(page: string, target: string): Promise<boolean> {
  const [path = '', fragment] = target.split('#')
  const file = join(ROOT, path === '' ? page : normalize(join(dirname(page), path)))
  try {
    await access(file)
  } catch {
    return true
  }
  if (fragment === undefined || !file.endsWith('.md')) return false
  const headings = [...(await readFile(file, 'utf8')).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    anchor(heading ?? ''),
  )
  return !headings.includes(fragment)
}

/** The anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
