import {
  createBundle,
  usageSchema,
  type Bundle,
  type EncodedOutcome,
  type Work,
  type WorkResult,
} from '@isolated-runtime/protocol'
import { transform } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { SMALL } from '../fixtures/call-guest.ts'
import { newCall } from '../fixtures/new-call.ts'
import { Sandbox } from '../index.ts'
import { StackMapper } from './stack-mapper.ts'

const SOURCE = `interface Order {
  total: number
}

export class Refused extends Error {}

function check(order: Order): void {
  if (order.total < 0) throw new Refused('below zero')
}

export async function main(order: Order): Promise<void> {
  await null
  try {
    check(order)
  } catch (cause) {
    throw new TypeError('no discount', { cause })
  }
}
`

/** Each of 40 lines leads to the first of the source. */
const LINES = 'AAAA;'.repeat(40)

/** As packing does: TypeScript to CommonJS, with a source map. */
async function packed(map?: string): Promise<Bundle> {
  const options = {
    loader: 'ts',
    format: 'cjs',
    sourcefile: '/rules/discount.ts',
    sourcemap: 'external',
  } as const
  const { code, map: made } = await transform(SOURCE, { ...options, banner: '"use strict";{', footer: '}' })
  return createBundle({ '/rules/discount.ts': { kind: 'commonjs', code, map: map ?? made } })
}

function failed(stack: string): EncodedOutcome {
  const error = { code: 'GUEST_ERROR', name: 'E', message: 'no', stack } as const
  return { status: 'failed', error, logs: [], logsDropped: 0, usage: usageSchema.parse({}) }
}

const stackOf = (result: WorkResult): unknown => 'error' in result && result.error.stack

const callWith = (work: Work) => ({ ...newCall({ file: '/rules/discount.ts' }), work })

describe('stacks of a bundle with source maps', () => {
  const sandbox = Sandbox.start(SMALL)
  afterAll(() => sandbox.close())

  it('have lines and columns of what the author wrote, causes included', async () => {
    const bundle = await packed()
    const outcome = await sandbox.run({
      tenant: 'acme',
      bundle,
      call: callWith({ kind: 'call', argsJson: '[{"total":-1}]' }),
    })
    expect(outcome).toMatchObject({
      error: {
        stack: 'TypeError: no discount\n    at Object.main (/rules/discount.ts:16:11)',
        cause: {
          stack:
            'Refused: below zero\n    at check (/rules/discount.ts:8:30)\n    at Object.main (/rules/discount.ts:14:5)',
        },
      },
    })
  })

  it('are mapped in the reports of a batch', async () => {
    const bundle = await packed()
    const items = ['[{"total":1}]', '[{"total":-1}]']
    const outcome = await sandbox.run({
      tenant: 'acme',
      bundle,
      call: callWith({ kind: 'batch', items, realms: 'shared' }),
    })
    expect(outcome).toMatchObject({
      status: 'reported',
      reportsJson: expect.stringContaining('discount.ts:8:30'),
    })
  })
})

describe('a stack is mapped', () => {
  const mapper = new StackMapper()

  it.each([
    ['a frame of another file', '    at main (/other.ts:1:1)'],
    ['a frame beyond the end', '    at main (/rules/discount.ts:9999:1)'],
    ['numbers that are none', '    at main (/rules/discount.ts:1e1:NaN)'],
    ['line and column 0', '    at main (/rules/discount.ts:0:0)'],
    ['digits without end', `    at main (/rules/discount.ts:${'9'.repeat(500)}:1)`],
    ['builtins', '    at Array.map (<anonymous>)\n    at async Promise.all (index 0)'],
    ['what is no frame', 'at main\n:::\n    at \n    at (\n    at )\n    at :1:1\n    at (/:1:1)'],
    ['a prototype', '    at main (/__proto__:1:1)\n    at constructor:1:1'],
  ])('but not %s', async (_, lines) => {
    const stack = `E: no\n${lines}`
    expect(stackOf(mapper.map(failed(stack), await packed()))).toBe(stack)
  })

  it('but not the lines of its message', async () => {
    const line = '    at main (/rules/discount.ts:28:30)'
    const outcome = failed(`E: no\n${line}\n${line}`)
    const error = { ...(outcome.status !== 'succeeded' && outcome.error), message: `no\n${line}` }
    const mapped = mapper.map({ ...outcome, error } as EncodedOutcome, await packed())
    expect(stackOf(mapped)).toMatch(new RegExp(`^E: no\n${RegExp.escape(line)}\n.*ts:8:30`))
  })

  it.each([
    ['no JSON', '{'],
    ['not an object', '[1]'],
    ['of another version', '{"version":2}'],
    ['empty', '{"version":3,"sources":[],"names":[],"mappings":""}'],
    ['garbage', '{"version":3,"sources":[],"names":[],"mappings":"' + '!!!,zzzzzzzz;'.repeat(40) + '"}'],
    ['of wrong types', '{"version":3,"sources":7,"names":{},"mappings":[1]}'],
    [
      'with indices out of range',
      '{"version":3,"sources":["/a.ts"],"names":[],"mappings":"' + 'A//////DA;'.repeat(40) + '"}',
    ],
    [
      'nested in itself',
      `{"version":3,"sections":${'[{"offset":{"line":0,"column":0},"map":{"version":3,"sections":'.repeat(500)}[]${'}}]'.repeat(500)}}`,
    ],
    [
      'naming a line of a stack as its source',
      '{"version":3,"sources":["/a.ts:1:1)\\n    at host (/etc/passwd"],"names":[],"mappings":"' +
        LINES +
        '"}',
    ],
    [
      'naming a file of the host',
      '{"version":3,"sources":["file:///etc/passwd"],"names":[],"mappings":"' + LINES + '"}',
    ],
  ])('not at all by a map that is %s', async (_, map) => {
    const stack = 'E: no\n    at main (/rules/discount.ts:28:30)'
    expect(stackOf(mapper.map(failed(stack), await packed(map)))).toBe(stack)
  })

  it('in little time, whatever it is', async () => {
    const bundle = await packed()
    const hostile = [
      '    at main (/rules/discount.ts:28:30)\n'.repeat(200_000),
      '\n'.repeat(1_000_000),
      `    at ${' (/:'.repeat(250)}\n`.repeat(1_000),
      `    at ${'('.repeat(1_000_000)}`,
    ]
    const before = process.cpuUsage()
    for (const lines of hostile) mapper.map(failed(lines), bundle)
    const { user } = process.cpuUsage(before)
    expect(user / 1_000).toBeLessThan(2_000)
  })

  it('not by a map that is too large to be read in a moment', async () => {
    const map = JSON.stringify({
      version: 3,
      sources: ['/rules/discount.ts'],
      names: [],
      mappings: 'AAAA;'.repeat(1_000_000),
    })
    const stack = 'E: no\n    at main (/rules/discount.ts:28:30)'
    expect(stackOf(mapper.map(failed(stack), await packed(map)))).toBe(stack)
  })
})
