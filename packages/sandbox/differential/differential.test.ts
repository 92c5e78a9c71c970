import { outcomeOfCall, type EncodedOutcome, type RealmKind } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { newCall } from '../src/fixtures/new-call.ts'
import { Sandbox } from '../src/index.ts'
import { OneThread } from './one-thread.ts'
import { bundle, CONTEXT, observer, programs } from './programs.ts'

/** One thread: every run comes after the dirt of the one before it. */
const sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
afterAll(() => sandbox.close())

async function run(file: string, realm: RealmKind): Promise<unknown> {
  const call = newCall({ file, contextJson: CONTEXT, realm })
  return withoutFigures(outcomeOfCall(await sandbox.run({ call, bundle, tenant: 'acme' })))
}

function withoutFigures(outcome: EncodedOutcome): unknown {
  if (outcome.status === 'succeeded') return JSON.parse(outcome.valueJson ?? 'null')
  const { name, message, stack } = outcome.error
  return { status: outcome.status, name, message, stack }
}

it('there are at least 100 programs, and each has a name of its own', () => {
  expect(new Set(programs.map(({ name }) => name)).size).toBe(programs.length)
  expect(programs.length).toBeGreaterThanOrEqual(100)
})

describe('in a hardened realm that others have used, the outcome is that of a fresh one when a program', () => {
  it.each(programs.filter(({ differs }) => differs === undefined))('$name', async ({ file }) => {
    const expected = await run(file, 'fresh')
    expect(await run(file, 'hardened')).toEqual(expected)
    expect(await run(file, 'hardened')).toEqual(expected)
  })
})

describe('as documented, the outcome of a hardened realm is another, but always the same, when a program', () => {
  it.each(programs.filter(({ differs }) => differs !== undefined))('$name ($differs)', async ({ file }) => {
    const first = await run(file, 'hardened')
    expect(first).not.toEqual(await run(file, 'fresh'))
    expect(await run(file, 'hardened')).toEqual(first)
  })
})

describe('an innocent run in a hardened realm sees a clean world after a program that', () => {
  it.each(programs)('$name', async ({ file }) => {
    const expected = await run(observer, 'fresh')
    await run(file, 'hardened')
    expect(await run(observer, 'hardened')).toMatchObject({ ...(expected as object), prepare: 'undefined' })
  })
})

describe('a hardened realm is used again unless something is there to stay, after a program that', () => {
  const thread = new OneThread()
  it.each(programs.filter(({ rejects }) => rejects !== true))('$name', async ({ file, fate = 'kept' }) => {
    expect(await thread.run(file, 'hardened')).toBe(fate)
    expect(await thread.run(observer, 'hardened')).toBe('kept')
  })
})
