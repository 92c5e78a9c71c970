import { createBundle, DEFAULT_CEILINGS, resolveLimits } from '@isolated-runtime/protocol'
import { Sandbox } from '@isolated-runtime/sandbox'
import { expect, test } from 'vitest'
import { createRunHandler } from './run-handler.ts'

test('the items of a chunk have one realm, or each its own if the message says so', async () => {
  await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
  const code = 'let calls = 0; exports.main = () => ++calls'
  const bundle = createBundle({ '/main.js': { kind: 'commonjs', code } })
  const handle = createRunHandler({
    sandbox,
    bundles: { get: async () => bundle },
    ceilings: DEFAULT_CEILINGS,
  })
  const message = {
    version: 1,
    id: 'chunk',
    tenant: 'acme',
    bundle: bundle.id,
    file: '/main.js',
    funcName: 'main',
    argsJson: '[]',
    items: ['[]', '[]'],
    limits: resolveLimits(),
    replyTo: 'client',
    submittedAt: 0,
    expiresAt: 1,
  } as const
  const { signal } = new AbortController()
  const valuesOf = async (ownRealms?: boolean): Promise<unknown> => {
    const outcome = await handle({ ...message, ownRealms }, { attempt: 1, signal, rules: {} })
    const reports = outcome.status === 'succeeded' ? outcome.valueJson : undefined
    return (JSON.parse(reports ?? '[]') as { value: unknown }[]).map(({ value }) => value)
  }
  expect(await valuesOf()).toEqual([1, 2])
  expect(await valuesOf(true)).not.toContain(2)
})
