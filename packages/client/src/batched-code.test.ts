import { createBundle, resolveLimits } from '@isolated-runtime/protocol'
import { expect, test } from 'vitest'
import { parseClientOptions } from './options.ts'
import { RedisTransport } from './redis-transport.ts'
import type { ReadyRun } from './run-sender.ts'

const packed = createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = () => 1' } })
const call = {
  file: '/a.js',
  funcName: 'a',
  work: { kind: 'call', argsJson: '[]' },
  freezeContext: false,
  realm: 'fresh',
  limits: resolveLimits(),
} as const

const ready = (code: Pick<ReadyRun, 'packed'>): ReadyRun => ({
  ...code,
  call,
  run: { id: 'a', tenant: 'acme', bundle: packed.id, call, expiresInMs: 1_000 },
})

const refused = () => Promise.reject(new Error('Nothing is sent'))

test('a batch brings its code along, whichever of its runs has it, under an id of its own', () => {
  const transport = new RedisTransport({
    options: parseClientOptions({ redis: 'redis://localhost' }),
    submitter: { submit: refused, resubmit: refused, cancel: refused },
    code: { find: refused, redeploy: refused },
    release: new AsyncDisposableStack(),
  })
  const work = { kind: 'batch', items: ['[]', '[]'], realms: 'own' } as const
  const batch = transport.batchOf([ready({}), ready({ packed })], work)
  expect(batch).toMatchObject({ packed: { id: packed.id }, call: { work }, run: { call: { work } } })
  expect(batch.run.id).not.toBe('a')
})
