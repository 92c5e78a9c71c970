import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DEFAULT_CEILINGS, LIMITS, resolveLimits } from './limits.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/limits.md'), 'utf8')

const figure = (text = ''): number => Number(text.replaceAll(',', ''))

it('docs/reference/limits.md has a row for each limit, with its figures', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \|[^|]+\| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|/gm)]
  const documented = rows.map(([, name, usual, least, ceiling]) => [
    name,
    { default: figure(usual), min: figure(least), ceiling: figure(ceiling) },
  ])
  expect(Object.fromEntries(documented)).toEqual(LIMITS)
})

it('limits that were not given have their defaults, as far as the ceilings allow', () => {
  expect(resolveLimits({ memoryMb: 128 })).toMatchObject({ timeoutMs: 5_000, memoryMb: 128 })
  expect(resolveLimits({}, { ...DEFAULT_CEILINGS, timeoutMs: 1_000 })).toMatchObject({ timeoutMs: 1_000 })
})

it('CPU time that was not given is as much as the time', () => {
  expect(resolveLimits({ timeoutMs: 60_000 })).toMatchObject({ cpuMs: 60_000 })
  expect(resolveLimits({ timeoutMs: 60_000, cpuMs: 10 })).toMatchObject({ cpuMs: 10 })
  expect(resolveLimits({ timeoutMs: 60_000 }, { ...DEFAULT_CEILINGS, cpuMs: 500 })).toMatchObject({
    cpuMs: 500,
  })
})
