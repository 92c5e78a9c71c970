import { expect, test } from 'vitest'
import { resolveLimits } from './limits.ts'
import { RUN_MESSAGE_VERSION, runMessageSchema } from './run-message.ts'

const message = {
  version: RUN_MESSAGE_VERSION,
  id: 'one',
  tenant: 'acme',
  bundle: `sha256-${'0'.repeat(64)}`,
  call: {
    file: '/main.js',
    funcName: 'main',
    work: { kind: 'call', argsJson: '[]' },
    limits: resolveLimits(),
  },
  replyTo: 'client',
  submittedAt: 1,
  expiresAt: 2,
}

const withWork = (work: unknown) =>
  runMessageSchema.safeParse({ ...message, call: { ...message.call, work } })

test('a message carries a single call or a batch, and no mixture of the two', () => {
  expect(withWork({ kind: 'call', argsJson: '[1]' }).success).toBe(true)
  expect(withWork({ kind: 'batch', items: ['[1]', '[2]'], realms: 'own' }).success).toBe(true)
  expect(withWork({ kind: 'call', argsJson: '[1]', items: ['[1]'] }).error?.issues).toMatchObject([
    { code: 'unrecognized_keys', keys: ['items'], path: ['call', 'work'] },
  ])
  expect(withWork({ kind: 'batch', items: [], realms: 'own' }).success).toBe(false)
  expect(withWork({ kind: 'batch', items: ['{}'], realms: 'own' }).success).toBe(false)
})

test('a message of another version is refused', () => {
  const { error } = runMessageSchema.safeParse({ ...message, version: 1 })
  expect(error?.issues).toMatchObject([{ path: ['version'] }])
})
