import { readFile } from 'node:fs/promises'
import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { Client } from './client.ts'
import type { RunRequest } from './run-request.ts'

const redis = useRedis()
const bundle = (digit: string): string => `sha256-${digit.repeat(64)}`

const REQUEST: RunRequest = { bundle: bundle('0'), file: 'a.js', funcName: 'a', args: [1] }

/** Of each field that an id may name or not, another value than that of the request. */
const OTHERS: Readonly<Record<string, Partial<RunRequest>>> = {
  bundle: { bundle: bundle('1') },
  file: { file: 'b.js' },
  funcName: { funcName: 'b' },
  args: { args: [2] },
  context: { context: { a: 1 } },
  freezeContext: { freezeContext: true },
  limits: { limits: { timeoutMs: 1_000 } },
  realm: { realm: 'warm' },
  retries: { retries: { attempts: 2 } },
  progress: { progress: true },
  logLevel: { logLevel: 'warn' },
  exposeRunId: { exposeRunId: true },
  delayMs: { delayMs: 1_000 },
  expiresInMs: { expiresInMs: 1_000 },
  priority: { priority: 1 },
  live: { live: true },
  keepOutcomeMs: { keepOutcomeMs: 1_000 },
  deadlineMs: { deadlineMs: 60_000 },
}

/** What the docs say: the fields, and whether an id names them. */
async function documented(): Promise<Map<string, boolean>> {
  const docs = await readFile(new URL('../../../docs/guide/semantics.md', import.meta.url), 'utf8')
  const [, table = ''] = docs.split('| field | named by the id |')
  const rows = (table.split('\n\n')[0] ?? '').matchAll(/^\| (.*?) \| (yes|no)/gm)
  const fields = Array.from(rows, ([, names = '', isNamed]) =>
    Array.from(names.matchAll(/`(\w+)`/g), ([, name = '']) => [name, isNamed === 'yes'] as const),
  )
  return new Map(fields.flat())
}

test('an id joins a run, or is refused, for each field as the docs say', async () => {
  await using client = await Client.connect({ redis: redis.url, keyPrefix: redis.uniquePrefix() })
  const named = await documented()
  expect([...named.keys()].toSorted()).toEqual([...Object.keys(OTHERS), 'tenant'].toSorted())
  for (const [field, other] of Object.entries(OTHERS)) {
    const request = { ...REQUEST, id: `with-${field}` }
    await client.submit(request)
    const code = await client.submit({ ...request, ...other }).then(
      () => 'joined',
      (error: unknown) => (error as { code?: unknown }).code,
    )
    expect([field, code]).toEqual([field, named.get(field) === true ? 'RUN_ID_TAKEN' : 'joined'])
  }
})

test('a limit that is given with its default value is the same as one that is left out', async () => {
  await using client = await Client.connect({ redis: redis.url, keyPrefix: redis.uniquePrefix() })
  await client.submit({ ...REQUEST, id: 'a' })
  const again = await client.submit({ ...REQUEST, id: 'a', limits: { timeoutMs: 5_000, memoryMb: 64 } })
  expect(again.id).toBe('a')
})
