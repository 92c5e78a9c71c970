import { afterAll, expect, test } from 'vitest'
import { IsolatedRuntime } from './index.ts'

const runtime = new IsolatedRuntime({ packing: { constants: proto({ kept: 'constant' }) } })
afterAll(() => runtime.close())

/** An object with a key of its own that is named `__proto__`, as only JSON and `defineProperty` make one. */
function proto(value: unknown): Record<string, unknown> {
  return JSON.parse(`{"__proto__":${JSON.stringify(value)},"other":1}`) as Record<string, unknown>
}

const source = `
  const own = (object) => Object.getOwnPropertyDescriptor(object, '__proto__')?.value
  exports.main = (...args) => [own(globalThis), other, args.map(own), {}.kept ?? null]`

test.each([true, false])(
  'a key "__proto__" of the context is a global, frozen: %s',
  async (freezeContext) => {
    const context = proto({ kept: 'context' })
    const value = await runtime.run({ source, funcName: 'main', context, freezeContext })
    expect(value).toEqual([{ kept: 'context' }, 1, [], null])
  },
)

test('a key "__proto__" of the constants is a global', async () => {
  expect(await runtime.run({ source, funcName: 'main' })).toEqual([{ kept: 'constant' }, 1, [], null])
})

test('a key "__proto__" anywhere in the arguments, and in a result, is a key like any other', async () => {
  const args = [proto({ kept: 'argument' }), proto(proto({ kept: 'deep' }))]
  const got = await runtime.run({ source, funcName: 'main', args })
  expect(JSON.stringify(got)).toBe(
    '[{"kept":"constant"},1,[{"kept":"argument"},{"__proto__":{"kept":"deep"},"other":1}],null]',
  )
})

test('a key "__proto__" of the context of a map, and of its items, arrives', async () => {
  const items = [[proto({ kept: 'item' })], [proto(2)]]
  const got = await runtime.map({ source, funcName: 'main', items, context: proto({ kept: 'context' }) })
  expect(got).toMatchObject([
    { value: [{ kept: 'context' }, 1, [{ kept: 'item' }], null] },
    { value: [{ kept: 'context' }, 1, [2], null] },
  ])
})

test.each([[['a']], [new Map()], ['text'], [null]])('a context that is %j is refused', async (context) => {
  await expect(runtime.run({ source, funcName: 'main', context } as never)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(/context.*expected an object/s) as string,
  })
})
