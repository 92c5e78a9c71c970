import {
  createBundle,
  DEFAULT_CEILINGS,
  IsolatedRuntimeError,
  resolveLimits,
  unsuccessful,
} from '@isolated-runtime/protocol'
import { Sandbox } from '@isolated-runtime/sandbox'
import { expect, test } from 'vitest'
import { createRunHandler } from './run-handler.ts'

const MESSAGE = {
  version: 1,
  id: 'chunk',
  tenant: 'acme',
  file: '/main.js',
  funcName: 'main',
  argsJson: '[]',
  limits: resolveLimits(),
  replyTo: 'client',
  submittedAt: 0,
  expiresAt: 1,
} as const

test('a run is kept apart as the policy of its tenant says', async () => {
  const bundle = createBundle({ '/main.js': { kind: 'commonjs', code: '' } })
  const asked: unknown[] = []
  const handle = createRunHandler({
    sandbox: {
      run: async ({ isolation, cordon }) => {
        asked.push({ isolation, cordon })
        return unsuccessful('refused', new IsolatedRuntimeError('INTERNAL', 'It is not run'))
      },
    },
    bundles: { get: async () => bundle },
    ceilings: DEFAULT_CEILINGS,
  })
  const { signal } = new AbortController()
  for (const rules of [{}, { cordon: 'paid' }, { isolation: 'tenant' }] as const)
    await handle({ ...MESSAGE, bundle: bundle.id }, { attempt: 1, signal, rules })
  expect(asked).toEqual([{}, { cordon: 'paid' }, { isolation: 'tenant' }])
})

test('the items of a chunk have one realm, or each its own if the message says so', async () => {
  await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
  const code = 'let calls = 0; exports.main = () => ++calls'
  const bundle = createBundle({ '/main.js': { kind: 'commonjs', code } })
  const handle = createRunHandler({
    sandbox,
    bundles: { get: async () => bundle },
    ceilings: DEFAULT_CEILINGS,
  })
  const message = { ...MESSAGE, bundle: bundle.id, items: ['[]', '[]'] }
  const { signal } = new AbortController()
  const valuesOf = async (ownRealms?: boolean): Promise<unknown> => {
    const outcome = await handle({ ...message, ownRealms }, { attempt: 1, signal, rules: {} })
    const reports = outcome.status === 'succeeded' ? outcome.valueJson : undefined
    return (JSON.parse(reports ?? '[]') as { value: unknown }[]).map(({ value }) => value)
  }
  expect(await valuesOf()).toEqual([1, 2])
  expect(await valuesOf(true)).not.toContain(2)
})
