import { beforeEach, expect, it } from 'vitest'
import { Circuits } from './circuits.ts'

const key = { tenant: 'acme', bundle: 'sha256-1' }
let now = 0
let circuits: Circuits

beforeEach(() => {
  now = 1_000_000
  circuits = new Circuits({ maxKills: 3, windowMs: 60_000, openMs: 30_000 }, () => now)
})

/** Whether it was let through, and killed its cell if it was. */
function run(killed: boolean | undefined, of = key): boolean {
  const admission = circuits.admit(of)
  if (admission.kind === 'admitted') admission.over(killed)
  return admission.kind === 'admitted'
}

function kill(times: number): void {
  for (let i = 0; i < times; i++) expect(run(true)).toBe(true)
}

it('refuses a bundle that has killed often, by name, and says until when', () => {
  kill(3)
  expect(circuits.admit(key)).toMatchObject({
    kind: 'refused',
    outcome: {
      status: 'refused',
      error: {
        code: 'BUNDLE_CIRCUIT_OPEN',
        message:
          'Bundle "sha256-1" of tenant "acme" killed 3 processes in a short time, it is refused until 1970-01-01T00:17:10.000Z',
      },
    },
  })
  expect(circuits.refuses(key)).toMatchObject({ status: 'refused' })
})

it('serves other bundles, and the same bundle of others', () => {
  kill(3)
  expect(run(false, { ...key, bundle: 'sha256-2' })).toBe(true)
  expect(run(false, { ...key, tenant: 'globex' })).toBe(true)
})

it('counts what happened within the window only', () => {
  kill(2)
  now += 60_000
  kill(2)
  expect(run(false)).toBe(true)
})

it('lets one run through as a probe after a while, and serves the bundle again if that lives', () => {
  kill(3)
  now += 30_000
  const probe = circuits.admit(key)
  expect(circuits.list()).toMatchObject([{ ...key, state: 'probing', kills: 3 }])
  expect(run(false)).toBe(false)
  if (probe.kind === 'admitted') probe.over(false)
  expect(circuits.list()).toEqual([])
  expect(run(false)).toBe(true)
})

it('refuses the bundle again if the probe kills', () => {
  kill(3)
  now += 30_000
  expect(run(true)).toBe(true)
  expect(run(false)).toBe(false)
  now += 29_999
  expect(run(false)).toBe(false)
})

it('sends another probe if the first one was not put to the test', () => {
  kill(3)
  now += 30_000
  expect(run(undefined)).toBe(true)
  expect(run(false)).toBe(true)
})

it('lists what it has seen lately, and forgets it when told to', () => {
  kill(1)
  expect(circuits.list()).toEqual([{ ...key, state: 'closed', kills: 1, refusedUntil: 0 }])
  kill(2)
  expect(circuits.list()).toEqual([{ ...key, state: 'open', kills: 3, refusedUntil: now + 30_000 }])
  expect(circuits.reset(key)).toBe(true)
  expect(circuits.reset(key)).toBe(false)
  expect(run(false)).toBe(true)
})

it('forgets who has been quiet for long enough', () => {
  kill(3)
  now += 60_001
  expect(circuits.list()).toEqual([])
  expect(run(false)).toBe(true)
})
