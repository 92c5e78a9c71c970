import { join } from 'node:path'
import { Ajv } from 'ajv'
import standaloneCode from 'ajv/dist/standalone/index.js'
import { afterAll, describe, expect, it } from 'vitest'
import { IsolatedRuntime } from './index.ts'

const external = [
  'ajv',
  'date-fns',
  'dayjs',
  'decimal.js',
  'handlebars',
  'json-logic-js',
  'jsonata',
  'lodash',
  'uuid',
  'validator',
  'zod',
]
const sandbox = { maxCells: 1, spareCells: 0 }
const realms = ['fresh', 'hardened'] as const

/** Makes a validator of a schema when it is packed. */
function compile(code: string, path: string): string | undefined {
  if (!path.endsWith('.schema')) return undefined
  const ajv = new Ajv({ code: { source: true } })
  return standaloneCode.default(ajv, ajv.compile(JSON.parse(code)))
}

describe.each(realms)('in a %s realm, guests use the npm package', (realm) => {
  const folder = join(import.meta.dirname, 'fixtures/npm')
  const runtime = new IsolatedRuntime({
    packing: { external, compile, sourceExtensions: ['.schema'] },
    sandbox,
  })
  afterAll(() => runtime.close())

  it.each([
    ['ajv.js', [true, false, ['minLength']]],
    ['date-fns.mjs', ['2026-03-01T12:00:00.000Z', 23, 'Sonntag, 1. März 2026']],
    ['dayjs.js', ['2026-12-22', 'dimanche 22 novembre']],
    ['decimal.mjs', ['0.3', '1.41421356237309504880168872421']],
    ['handlebars.js', ['Hello, &lt;Ada&gt;!']],
    ['handlebars-ast.js', ['if']],
    ['json-logic.js', [180, 50]],
    ['jsonata.js', [13]],
    ['lodash.js', [{ '4': [4.2], '6': [6.1, 6.3] }, 12, 0]],
    ['uuid.mjs', [true, true, 'aad03681-8b63-5304-89e0-8ca8f49461b5']],
    ['validator.js', [true, false, true]],
    [
      'zod.ts',
      [
        true,
        [
          [['id'], 'invalid_format'],
          [['total'], 'too_small'],
        ],
      ],
    ],
  ])('%s', async (file, value) => {
    // Twice: hardened realms are used again.
    expect(await runtime.run({ folder, file, funcName: 'main', realm })).toEqual(value)
    expect(await runtime.run({ folder, file, funcName: 'main', realm })).toEqual(value)
  })
})

describe.each(realms)('in a %s realm that may compile text, guests use the compiler of', (realm) => {
  const folder = join(import.meta.dirname, 'fixtures/npm-compiling')
  const runtime = new IsolatedRuntime({
    packing: { external },
    sandbox: { ...sandbox, allow: ['code-from-strings'] },
  })
  afterAll(() => runtime.close())

  it.each([
    ['ajv.js', [true, false, ['minLength']]],
    ['handlebars.mjs', ['0:a 1:&lt;b&gt; 2!']],
    ['lodash-template.ts', ['Hello Ada']],
  ])('%s', async (file, value) => {
    expect(await runtime.run({ folder, file, funcName: 'main', realm })).toEqual(value)
    expect(await runtime.run({ folder, file, funcName: 'main', realm })).toEqual(value)
  })
})
