import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { guestFolder } from '@isolated-runtime/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { IsolatedRuntime } from './index.ts'

/**
 * What the options of isolated-runtime 1.x did, done here. `docs/guide/coming-from-1.x.md` has a section with the name of each
 * of these tests, and many of them are the tests of 1.0.2, asked of this library.
 */
const OPTIONS = [
  'root',
  'file',
  'funcName',
  'args',
  'context',
  'external',
  'whitelistedPaths',
  'resolverOptions',
  'poolOptions',
  'sourceExtensions',
  'compilerModulePath',
  'resolverModulePath',
  'timeout',
  'onConsole',
  'argument resolvers',
  'shutdown',
]

const SLEEP = 'exports.sleep = (delay) => new Promise((resolve) => setTimeout(resolve, delay, "slept"))'
/** As resolvers of 1.x were made. */
function resolver({ year }: { year: number }): (specifier: string) => string | undefined {
  return (specifier) => (specifier === 'rates' ? `/rates/${year}.js` : undefined)
}

const SMALL = { sandbox: { maxCells: 1, spareCells: 0 } }

it('the page has a section for each option of 1.x, in this order', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/guide/coming-from-1.x.md'), 'utf8')
  expect([...page.matchAll(/^### `?([^`\n]+)`?$/gm)].map(([, option]) => option)).toEqual(OPTIONS)
})

describe('coming from 1.x:', () => {
  const runtime = new IsolatedRuntime(SMALL)
  afterAll(() => runtime.close())

  it('root is folder: nothing outside of it can be required', async () => {
    await using outer = await guestFolder({
      'secret.js': 'module.exports = 1',
      'modules/main.js':
        'exports.inside = () => require("./lib/one").one; exports.outside = () => require("../secret")',
      'modules/lib/one.js': 'exports.one = 1',
    })
    const request = { folder: join(outer.path, 'modules'), file: 'main.js' }
    expect(await runtime.run({ ...request, funcName: 'inside' })).toBe(1)
    await expect(runtime.run({ ...request, funcName: 'outside' })).rejects.toThrow(
      "Cannot find module '../secret'",
    )
  })

  it('file, funcName and args are what they were', async () => {
    await using folder = await guestFolder({ 'a/index.js': 'exports.a = (b, c, d) => b + c + d' })
    const request = { folder: folder.path, file: 'a/index.js', funcName: 'a', args: [1, 1, 1] }
    expect(await runtime.run(request)).toBe(3)
    await expect(runtime.run({ ...request, funcName: 'b' })).rejects.toMatchObject({
      code: 'EXPORT_NOT_FOUND',
    })
  })

  it('context is globals, as the README of 1.x had it', async () => {
    const source = 'exports.foo = () => [global.a, b.c]'
    expect(await runtime.run({ source, funcName: 'foo', context: { a: 1, b: { c: 2 } } })).toEqual([1, 2])
  })

  it('context can be where 1.0.2 put it', async () => {
    const source = 'exports.fromContext = (name) => __globals__.__context__[name]'
    const context = { __globals__: { __context__: { key: 'value' } } }
    expect(await runtime.run({ source, funcName: 'fromContext', args: ['key'], context })).toBe('value')
  })

  it('external allows packages, of the folder itself or of those above it', async () => {
    await using folder = await guestFolder({
      'main.js': 'exports.get = (object, key) => require("pick").get(object, key)',
      'node_modules/pick/package.json': '{"name":"pick","version":"1.0.0"}',
      'node_modules/pick/index.js': 'exports.get = (object, key) => object[key]',
    })
    const request = { folder: folder.path, file: 'main.js', funcName: 'get', args: [{ a: 1 }, 'a'] }
    await using allowing = new IsolatedRuntime({ ...SMALL, packing: { external: ['pick'] } })
    expect(await allowing.run(request)).toBe(1)
    await expect(runtime.run(request)).rejects.toThrow("Cannot find module 'pick'")
  })

  it('whitelistedPaths is nodeModules: further places where packages are', async () => {
    await using others = await guestFolder({ 'multiply/index.js': 'module.exports = (a, b) => a * b' })
    await using folder = await guestFolder({
      'main.js': 'exports.multiply = (a, b) => require("multiply")(a, b)',
    })
    const packing = { external: ['multiply'], nodeModules: [others.path] }
    await using allowing = new IsolatedRuntime({ ...SMALL, packing })
    const request = { folder: folder.path, file: 'main.js', funcName: 'multiply', args: [4, 5] }
    expect(await allowing.run(request)).toBe(20)
  })

  it('resolverModulePath is resolve, resolverOptions is what its closure holds', async () => {
    await using folder = await guestFolder({
      'main.js': 'exports.rate = () => require("rates")',
      'rates/2026.js': 'module.exports = 0.2',
    })
    await using resolving = new IsolatedRuntime({ ...SMALL, packing: { resolve: resolver({ year: 2026 }) } })
    expect(await resolving.run({ folder: folder.path, file: 'main.js', funcName: 'rate' })).toBe(0.2)
  })

  it('resolverModulePath may still be a path', async () => {
    await using folder = await guestFolder({
      'resolver.mjs': 'export const resolve = (specifier) => specifier === "two" ? "/two.js" : undefined',
      'modules/main.js': 'exports.two = () => require("two")',
      'modules/two.js': 'module.exports = 2',
    })
    const packing = { resolve: join(folder.path, 'resolver.mjs') }
    await using resolving = new IsolatedRuntime({ ...SMALL, packing })
    const request = { folder: join(folder.path, 'modules'), file: 'main.js', funcName: 'two' }
    expect(await resolving.run(request)).toBe(2)
  })

  it('poolOptions is sandbox: this many runs at once, the others wait', async () => {
    const sleep = { source: SLEEP, funcName: 'sleep', args: [300] }
    const quick = { source: 'exports.quick = () => "quick"', funcName: 'quick' }
    const firstOf = async (threadsPerCell: number): Promise<unknown> => {
      await using pool = new IsolatedRuntime({ sandbox: { maxCells: 1, threadsPerCell, spareCells: 0 } })
      await pool.ready()
      // Both are asked for before either is over.
      const runs = [pool.run(sleep), pool.run(quick)]
      const first = await Promise.race(runs)
      await Promise.all(runs)
      return first
    }
    expect([await firstOf(2), await firstOf(1)]).toEqual(['quick', 'slept'])
  })

  it('sourceExtensions adds endings of code', async () => {
    await using folder = await guestFolder({ 'aModule.jx': 'module.exports = { multiply: (a, b) => a * b }' })
    await using knowing = new IsolatedRuntime({ ...SMALL, packing: { sourceExtensions: ['.jx'] } })
    const request = { folder: folder.path, file: 'aModule.jx', funcName: 'multiply', args: [4, 5] }
    expect(await knowing.run(request)).toBe(20)
  })

  it('compilerModulePath is compile, and takes the compilers of 1.x as they are', async () => {
    await using folder = await guestFolder({
      'compiler.cjs': 'module.exports = (code) => code.replace("+", "*")',
      'modules/main.js': 'exports.multiply = (a, b) => a + b',
    })
    const packing = { compile: join(folder.path, 'compiler.cjs') }
    await using compiling = new IsolatedRuntime({ ...SMALL, packing })
    const request = {
      folder: join(folder.path, 'modules'),
      file: 'main.js',
      funcName: 'multiply',
      args: [4, 5],
    }
    expect(await compiling.run(request)).toBe(20)
  })

  it('timeout is limits.timeoutMs of each run, five seconds if not given', async () => {
    const request = { source: SLEEP, funcName: 'sleep', args: [60_000] }
    await expect(runtime.run({ ...request, limits: { timeoutMs: 100 } })).rejects.toMatchObject({
      code: 'TIMED_OUT',
    })
    const spin = {
      source: 'exports.spin = () => { for (;;); }',
      funcName: 'spin',
      limits: { timeoutMs: 100 },
    }
    await expect(runtime.run(spin)).rejects.toMatchObject({ code: 'TIMED_OUT' })
  })

  it('onConsole is onLog, and the logs of the outcome', async () => {
    const source = `exports.talk = () => {
      for (const level of ['debug', 'log', 'info', 'warn', 'error']) console[level](level, { a: 1 })
    }`
    const told: unknown[] = []
    const onLog = (entry: unknown): void => void told.push(entry)
    const { logs } = await runtime.outcome({ source, funcName: 'talk' }, { onLog })
    expect(told).toEqual(logs)
    expect(logs.map(({ level, text }) => [level, text])).toEqual([
      ['debug', 'debug { a: 1 }'],
      ['info', 'log { a: 1 }'],
      ['info', 'info { a: 1 }'],
      ['warn', 'warn { a: 1 }'],
      ['error', 'error { a: 1 }'],
    ])
  })

  it('argument resolvers are called by you, before the run', async () => {
    await using folder = await guestFolder({
      'args-resolver.cjs': 'module.exports = (args) => args.map((arg) => arg + 1)',
    })
    const path = join(folder.path, 'args-resolver.cjs')
    const resolveArguments = createRequire(import.meta.url)(path) as (args: number[]) => number[]
    const source = 'exports.multiply = (a, b) => a * b'
    expect(await runtime.run({ source, funcName: 'multiply', args: resolveArguments([1, 2]) })).toBe(6)
  })

  it('shutdown is close, or the end of a scope', async () => {
    const request = { source: 'exports.one = () => 1', funcName: 'one' }
    const closed = new IsolatedRuntime(SMALL)
    expect(await closed.run(request)).toBe(1)
    await closed.close()
    await expect(closed.run(request)).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('errors reject with the message of the guest, and with more', async () => {
    const source = 'exports.multiply = (a) => a + ccccc'
    const run = runtime.run({ source, funcName: 'multiply', args: [4] })
    await expect(run).rejects.toThrow(
      expect.objectContaining({
        message: 'ccccc is not defined',
        name: 'ReferenceError',
        code: 'GUEST_ERROR',
      }),
    )
  })
})
