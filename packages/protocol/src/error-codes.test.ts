import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ERROR_CODES } from './error-codes.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/errors.md'), 'utf8')

it('docs/reference/errors.md has a section for each code, in the order of the table, and for nothing else', () => {
  const sections = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code)
  expect(sections).toEqual(Object.keys(ERROR_CODES))
})

it('docs/reference/errors.md opens each section with the summary of the table', () => {
  for (const [code, { summary, retryable }] of Object.entries(ERROR_CODES)) {
    expect(page).toContain(`### \`${code}\`\n\n${summary}.${retryable ? ' Retryable.' : ''}\n`)
  }
})
