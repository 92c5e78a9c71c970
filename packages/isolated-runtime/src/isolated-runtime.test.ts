import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { guestFolder, startProcess, boundToParent } from '@isolated-runtime/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { IsolatedRuntime, type LocalRunRequest } from './index.ts'

const modules = join(import.meta.dirname, '../../../examples/01-run/modules')

describe('IsolatedRuntime', () => {
  const runtime = new IsolatedRuntime({ sandbox: { maxCells: 2 } })
  afterAll(() => runtime.close())

  it('keeps the globals of runs and of the host apart', async () => {
    Object.assign(globalThis, { a: 3 })
    expect(await runtime.run({ folder: modules, file: 'module1.js', funcName: 'a' })).toBe(1)
    expect(await runtime.run({ folder: modules, file: 'module2.js', funcName: 'b' })).toBeUndefined()
    expect(Reflect.get(globalThis, 'a')).toBe(3)
    Reflect.deleteProperty(globalThis, 'a')
  })

  it('checks a folder without running it', async () => {
    await using folder = await guestFolder({
      'a.ts': 'export const a = (n: number): number => n',
      'b.js': 'let let',
    })
    expect(await runtime.check(folder.path)).toMatchObject({
      problems: [{ code: 'BUNDLE_SYNTAX_ERROR', file: '/b.js', line: 1 }],
      exports: { 'a.ts': ['a'] },
      signatures: { 'a.ts': { a: '(n: number) => number' } },
    })
    const { problems } = await runtime.check(folder.path, { packing: { exclude: ['b.js'] } })
    expect(problems).toEqual([])
  })

  it('runs a single text', async () => {
    expect(
      await runtime.run({ source: 'exports.double = (n) => n * 2', funcName: 'double', args: [4] }),
    ).toBe(8)
    const source = 'export default (n: number): number => n + 1'
    expect(await runtime.run({ source, file: 'rule.ts', funcName: 'default', args: [4] })).toBe(5)
    const both = { source, folder: modules, funcName: 'default' }
    await expect(runtime.run(both)).rejects.toThrow(
      'expected one of "folder" and "source", found "folder" and "source"',
    )
  })

  it('calls a file of CommonJS that is a function itself as "default"', async () => {
    const call = { funcName: 'default', args: [4] }
    expect(await runtime.run({ ...call, source: 'module.exports = (n) => n + 1' })).toBe(5)
    const both = 'module.exports = (n) => n + 1; module.exports.default = (n) => n + 2'
    expect(await runtime.run({ ...call, source: both })).toBe(6)
    const refused = runtime.run({ ...call, source: 'module.exports = { main: 1 }' })
    await expect(refused).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' })
  })

  it('runs TypeScript, CommonJS and ES modules of one folder together', async () => {
    await using folder = await guestFolder({
      'main.ts':
        'import { half } from "./half.mjs"; import rate from "./rate.json"; export default async (n: number): Promise<number> => half(n) * rate.value',
      'half.mjs': 'import twice from "./twice.cjs"; export const half = (n) => n / twice(1)',
      'twice.cjs': 'module.exports = (n) => n * 2',
      'rate.json': '{"value": 10}',
    })
    expect(await runtime.run({ folder: folder.path, file: 'main.ts', funcName: 'default', args: [4] })).toBe(
      20,
    )
  })

  it('sees a file that was edited between two runs', async () => {
    await using folder = await guestFolder({ 'main.js': 'exports.main = () => 1' })
    const request = { folder: folder.path, file: 'main.js', funcName: 'main' }
    expect(await runtime.run(request)).toBe(1)
    await writeFile(join(folder.path, 'main.js'), 'exports.main = () => 2')
    expect(await runtime.run(request)).toBe(2)
  })

  it('throws what the guest threw, with guest frames only', async () => {
    await using folder = await guestFolder({
      'main.js': 'exports.main = () => { throw new RangeError("too far") }',
    })
    const run = runtime.run({ folder: folder.path, file: 'main.js', funcName: 'main' })
    await expect(run).rejects.toMatchObject({
      code: 'GUEST_ERROR',
      fault: 'guest',
      name: 'RangeError',
      message: 'too far',
      stack: 'RangeError: too far\n    at exports.main (/main.js:1:30)',
      outcome: { status: 'failed' },
    })
  })

  it('tells a timeout as an outcome, and as an error', async () => {
    const request = { folder: modules, file: 'spin.js', funcName: 'spin', limits: { timeoutMs: 100 } }
    expect(await runtime.outcome(request)).toMatchObject({ status: 'timed-out' })
    await expect(runtime.run(request)).rejects.toMatchObject({ code: 'TIMED_OUT' })
  })

  it.each([
    ['a folder that is not there', { folder: '/none/here' }, 'FOLDER_NOT_FOUND'],
    ['a file that is not there', { file: 'none.js' }, 'FILE_NOT_FOUND'],
    ['an export that is not there', { funcName: 'none' }, 'EXPORT_NOT_FOUND'],
    ['an export inherited from Object.prototype', { funcName: 'toString' }, 'EXPORT_NOT_FOUND'],
    ['a path outside the folder', { file: '../main.ts' }, 'INVALID_REQUEST'],
    ['an unknown key', { func: 'a' }, 'INVALID_REQUEST'],
  ])('rejects %s', async (_, changes, code) => {
    const request: LocalRunRequest = { folder: modules, file: 'module1.js', funcName: 'a', ...changes }
    await expect(runtime.run(request)).rejects.toMatchObject({ code })
  })

  it('ends a run by its signal', async () => {
    const request = { folder: modules, file: 'spin.js', funcName: 'spin' }
    await expect(runtime.run(request, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      code: 'RUN_CANCELLED',
    })
  })

  it.each<object>([{ sigal: 1 }, { signal: 'x' }])('refuses the run options %j', async (options) => {
    const request = { folder: modules, file: 'module1.js', funcName: 'a' }
    await expect(runtime.run(request, options)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
  })

  it('holds requests to the ceilings it was given', async () => {
    await using strict = new IsolatedRuntime({
      ceilings: { timeoutMs: 1_000 },
      sandbox: { maxCells: 1, spareCells: 0 },
    })
    const request = { folder: modules, file: 'module1.js', funcName: 'a' }
    await expect(strict.run({ ...request, limits: { timeoutMs: 2_000 } })).rejects.toThrow(
      '"limits.timeoutMs" is 2000, the most allowed is 1000',
    )
    expect((await strict.outcome(request)).status).toBe('succeeded')
  })

  it('refuses unknown options with their names', () => {
    const options: object = { cells: 4 }
    expect(() => new IsolatedRuntime(options)).toThrow(
      'Invalid options of IsolatedRuntime: unknown key "cells"; known are "sandbox", "packing", "ceilings", "batching"',
    )
  })

  it('says that the sandbox failed where no process can be started', async () => {
    const program = `
      import { openSync } from 'node:fs'
      import { IsolatedRuntime } from 'isolated-runtime'
      try { for (;;) openSync('/dev/null') } catch {}
      const runtime = new IsolatedRuntime()
      await runtime.ready().catch((error) => console.log(error.code))`
    const node = [process.execPath, '--conditions=@isolated-runtime/source', '--input-type=module', '--eval']
    const command = ['-c', 'ulimit -n 256 && exec "$@"', 'sh', ...node, program]
    await using child = await startProcess(...boundToParent('sh', command), { cwd: import.meta.dirname })
    expect({ exit: await child.exit, last: child.lines.at(-1) }).toEqual({
      exit: { code: 0, signal: null },
      last: 'SANDBOX_FAILED',
    })
  })

  it('lets a program end that forgot to close it, and leaves no process', async () => {
    const program = `
      import { IsolatedRuntime } from 'isolated-runtime'
      const runtime = new IsolatedRuntime()
      console.log(await runtime.run({ folder: ${JSON.stringify(modules)}, file: 'module1.js', funcName: 'a' }))`
    const flags = ['--conditions=@isolated-runtime/source', '--input-type=module', '--eval', program]
    await using child = await startProcess(...boundToParent(process.execPath, flags), {
      cwd: import.meta.dirname,
    })
    expect(await child.exit).toEqual({ code: 0, signal: null })
    expect(child.lines).toEqual(['1'])
  })
})
