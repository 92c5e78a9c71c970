import { inspect } from 'node:util'
import { guestFolder } from '@isolated-runtime/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { IsolatedRuntime, type IsolatedRuntimeError } from './index.ts'

const SOURCE = `
exports.main = (order) => {
  try {
    check(order)
  } catch (cause) {
    throw Object.assign(new TypeError('no discount', { cause }), { code: 'E_DISCOUNT' })
  }
}
function check(order) {
  if (order.total === 0) throw { status: 404 }
  throw Object.assign(new RangeError('below zero'), { code: 'E_TOTAL' })
}
exports.reject = async () => { throw new AggregateError([new Error('one'), 2], 'all') }
exports.status = () => { throw { status: 404 } }`

describe('what a guest throws reaches the caller', () => {
  const runtime = new IsolatedRuntime({ sandbox: { maxCells: 1 } })
  afterAll(() => runtime.close())

  async function thrownBy(funcName: string, ...args: unknown[]): Promise<IsolatedRuntimeError> {
    const run = runtime.run({ source: SOURCE, funcName, args })
    return run.then(
      () => expect.unreachable(),
      (error: IsolatedRuntimeError) => error,
    )
  }

  it('with its cause, as an error of this program', async () => {
    const error = await thrownBy('main', { total: -1 })
    expect(error).toMatchObject({
      code: 'GUEST_ERROR',
      name: 'TypeError',
      properties: { code: 'E_DISCOUNT' },
    })
    expect(error.cause).toBeInstanceOf(Error)
    expect(error.cause).toMatchObject({ name: 'RangeError', message: 'below zero', code: 'E_TOTAL' })
    expect(inspect(error)).toContain('[cause]: RangeError: below zero\n')
  })

  it('with a cause that is no error, with errors, and as a value', async () => {
    expect((await thrownBy('main', { total: 0 })).cause).toEqual({ status: 404 })
    expect((await thrownBy('reject')).errors).toEqual([expect.objectContaining({ message: 'one' }), 2])
    expect(await thrownBy('status')).toMatchObject({ thrown: { status: 404 }, message: '{"status":404}' })
  })

  it('as data of an outcome, also of map()', async () => {
    const error = { name: 'TypeError', cause: { kind: 'value', value: { status: 404 } } }
    const call = { source: SOURCE, funcName: 'main' }
    expect(await runtime.outcome({ ...call, args: [{ total: 0 }] })).toMatchObject({
      status: 'failed',
      error,
    })
    expect(await runtime.map({ ...call, items: [[{ total: 0 }], []] })).toMatchObject([
      { status: 'failed', error },
      { status: 'failed', error: { cause: { kind: 'error', name: 'TypeError' } } },
    ])
  })

  it.each(['main.ts', 'main.mts', 'main.mjs', 'main.js'])(
    'with the lines and columns of %s',
    async (file) => {
      const types = file.endsWith('ts') ? ': { total: number }' : ''
      await using folder = await guestFolder({
        [file]: `import { check } from './lib/check.ts'

/** Comments are gone from the code that runs. */
export async function main(order${types}) {
  await null
  return check(order)
}
`,
        'lib/check.ts': `interface Order { total: number }

export const check = (order: Order): number => {
  try {
    return JSON.parse(String(order.total)) as number
  } catch (cause) {
    throw new Error('no total', { cause })
  }
}
`,
      })
      const request = { folder: folder.path, file, funcName: 'main' }
      const place = `\n    at Object.main (/${file}:6:10)`
      const error = {
        stack: `Error: no total\n    at check (/lib/check.ts:7:11)${place}`,
        cause: {
          name: 'SyntaxError',
          stack: expect.stringContaining(`at check (/lib/check.ts:5:17)${place}`),
        },
      }
      await expect(runtime.run({ ...request, args: [{ total: '{' }] })).rejects.toMatchObject(error)
      expect(await runtime.map({ ...request, items: [[{ total: 1 }], [{ total: '{' }]] })).toMatchObject([
        { status: 'succeeded' },
        { status: 'failed', error },
      ])
    },
  )

  it('with nothing but guest frames', async () => {
    await using folder = await guestFolder({ 'rules/check.js': SOURCE })
    const run = runtime.run({ folder: folder.path, file: 'rules/check.js', funcName: 'main', args: [{}] })
    const error = await run.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      stack: 'TypeError: no discount\n    at exports.main (/rules/check.js:6:25)',
      cause: {
        stack: expect.stringMatching(
          /^RangeError: below zero\n {4}at check \(\/rules\/check.js:11:23\)\n {4}at exports.main \(\/rules\/check.js:4:5\)$/,
        ),
      },
    })
  })
})
