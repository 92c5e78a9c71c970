import { expect, test } from 'vitest'
import { resolveLimits } from './limits.ts'
import { runMessageSchema } from './run-message.ts'

const message = {
  version: 1,
  id: 'one',
  tenant: 'acme',
  bundle: `sha256-${'0'.repeat(64)}`,
  file: '/main.js',
  funcName: 'main',
  argsJson: '[]',
  limits: resolveLimits(),
  replyTo: 'client',
  submittedAt: 1,
  expiresAt: 2,
}

test('a run has realms of its own only for items', () => {
  const items = ['[1]', '[2]']
  expect(runMessageSchema.parse({ ...message, items, ownRealms: true })).toMatchObject({ ownRealms: true })
  expect(runMessageSchema.parse(message)).not.toHaveProperty('ownRealms')
  const { error } = runMessageSchema.safeParse({ ...message, ownRealms: true })
  expect(error?.issues).toMatchObject([
    { path: ['ownRealms'], message: 'expected only together with "items"' },
  ])
})
