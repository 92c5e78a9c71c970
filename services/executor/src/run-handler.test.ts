import {
  createBundle,
  DEFAULT_CEILINGS,
  encodeCall,
  IsolatedRuntimeError,
  resolveLimits,
  RUN_MESSAGE_VERSION,
  unsuccessful,
  usageSchema,
  type PartialLimits,
} from '@isolated-runtime/protocol'
import { Sandbox } from '@isolated-runtime/sandbox'
import { expect, test } from 'vitest'
import { createRunHandler } from './run-handler.ts'

const MESSAGE = {
  version: RUN_MESSAGE_VERSION,
  id: 'run',
  tenant: 'acme',
  call: {
    file: '/main.js',
    funcName: 'main',
    work: { kind: 'call', argsJson: '[]' },
    freezeContext: false,
    realm: 'fresh',
    limits: resolveLimits(),
  },
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

test('the items of a batch have one realm, or each its own if the message says so', async () => {
  await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
  const code = 'let calls = 0; exports.main = () => ++calls'
  const bundle = createBundle({ '/main.js': { kind: 'commonjs', code } })
  const handle = createRunHandler({
    sandbox,
    bundles: { get: async () => bundle },
    ceilings: DEFAULT_CEILINGS,
  })
  const { signal } = new AbortController()
  const valuesOf = async (realms: 'shared' | 'own'): Promise<unknown> => {
    const work = { kind: 'batch', items: ['[]', '[]'], realms } as const
    const message = { ...MESSAGE, bundle: bundle.id, call: { ...MESSAGE.call, work } }
    const result = await handle(message, { attempt: 1, signal, rules: {} })
    const reports = result.status === 'reported' ? result.reportsJson : '[]'
    return (JSON.parse(reports) as { value: unknown }[]).map(({ value }) => value)
  }
  expect(await valuesOf('shared')).toEqual([1, 2])
  expect(await valuesOf('own')).not.toContain(2)
})

test('a ceiling lowers a limit that nobody asked for, and refuses a higher one that somebody asked for', async () => {
  const ceilings = { ...DEFAULT_CEILINGS, timeoutMs: 1_000, cpuMs: 500 }
  const limits: unknown[] = []
  const bundle = createBundle({ '/main.js': { kind: 'commonjs', code: '' } })
  const handle = createRunHandler({
    sandbox: {
      run: async (run) => {
        limits.push(run.call.limits)
        return { status: 'succeeded', logs: [], logsDropped: 0, usage: usageSchema.parse({}) }
      },
    },
    bundles: { get: async () => bundle },
    ceilings,
  })
  const run = (given?: PartialLimits) =>
    handle(
      {
        ...MESSAGE,
        bundle: bundle.id,
        call: encodeCall({
          file: 'main.js',
          funcName: 'main',
          args: [],
          freezeContext: false,
          realm: 'fresh',
          limits: given,
        }),
      },
      { attempt: 1, signal: new AbortController().signal, rules: {} },
    )
  await run()
  await run({ memoryMb: 32 })
  await run({ timeoutMs: 900 })
  expect(limits).toMatchObject([
    { timeoutMs: 1_000, cpuMs: 500, memoryMb: 64 },
    { timeoutMs: 1_000, cpuMs: 500, memoryMb: 32 },
    { timeoutMs: 900, cpuMs: 500 },
  ])
  expect(await run({ timeoutMs: 1_001 })).toMatchObject({
    status: 'refused',
    error: { message: expect.stringContaining('"limits.timeoutMs" is 1001, the most allowed is 1000') },
  })
  expect(await run({ cpuMs: 501 })).toMatchObject({ status: 'refused' })
})
