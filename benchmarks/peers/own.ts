import { createBundle, resolveLimits } from '@isolated-runtime/protocol'
import { Sandbox, type Isolation } from '@isolated-runtime/sandbox'
import { codeOf, type Contender } from './contender.ts'

/** The sandbox of this project, without a queue before it. */
export async function startOwn(isolation: Isolation): Promise<Contender> {
  const sandbox = Sandbox.start({ isolation })
  await sandbox.ready()
  const limits = resolveLimits({})
  const call = {
    file: '/rules.js',
    funcName: 'echo',
    work: { kind: 'call', argsJson: '[1]' },
    freezeContext: false,
    realm: 'fresh',
    limits,
  } as const
  return {
    call: async (tenant) => {
      const bundle = createBundle({ '/rules.js': { kind: 'commonjs', code: codeOf(tenant) } }, {})
      const { status } = await sandbox.run({ bundle, tenant, call })
      if (status !== 'succeeded') throw new Error(`A run ended as ${status}`)
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  }
}
