import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { guestFolder } from '@isolated-runtime/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { IsolatedRuntime } from './index.ts'

/** What a guest does with each module that it may ask for, and what that gives. */
const USES: Readonly<Record<string, readonly [code: string, value: unknown]>> = {
  assert: [
    `try { m.deepStrictEqual({ a: [1] }, { a: [2] }) } catch (error) { return error.code }`,
    'ERR_ASSERTION',
  ],
  'assert/strict': [`try { m.equal(1, '1') } catch (error) { return error.name }`, 'AssertionError'],
  buffer: [`return m.Buffer.from('é').toString('base64')`, 'w6k='],
  console: [`return typeof m.log`, 'function'],
  crypto: [
    `const key = Buffer.from('k'); return [m.createHash('sha256').update('a').digest('hex').slice(0, 8),
      m.createHmac('SHA-256', key).update('a').digest('base64').slice(0, 8), m.timingSafeEqual(key, Buffer.from('k')),
      m.createHmac('sha256', m.createSecretKey('k')).update('a').digest('hex').slice(0, 4), m.randomBytes(4).length, m.randomInt(5, 6), m.pbkdf2Sync('a', 'b', 1, 8, 'sha1').length,
      m.createCipheriv('aes-128-cbc', Buffer.alloc(16), Buffer.alloc(16)).update('a', 'utf8', 'hex')]`,
    ['ca978112', 'eNqRUR5n', true, '78da', 4, 5, 8, ''],
  ],
  diagnostics_channel: [`return m.channel('a').hasSubscribers`, false],
  events: [`const e = new m.EventEmitter(); let n = 0; e.on('a', () => n++); e.emit('a'); return n`, 1],
  fs: [
    `return [JSON.parse(m.readFileSync(require('path').join(__dirname, 'data.json'), 'utf8')), m.existsSync('/gone')]`,
    [{ a: 1 }, false],
  ],
  'fs/promises': [`return m.readFile('/etc/passwd').catch((error) => error.code)`, 'ENOENT'],
  os: [`return m.EOL`, '\n'],
  path: [`return [m.resolve('a', '../b'), m.basename('/a/b.js', '.js')]`, ['/b', 'b']],
  'path/posix': [`return m.join('/a', '../b')`, '/b'],
  perf_hooks: [`return typeof m.performance.now()`, 'number'],
  process: [`return [m.env.NODE_ENV, m.browser]`, ['production', true]],
  punycode: [`return m.toASCII('mañana.com')`, 'xn--maana-pta.com'],
  querystring: [`return [m.parse('a=1&a=2').a, m.stringify({ b: 'é' })]`, [['1', '2'], 'b=%C3%A9']],
  stream: [
    `const out = []; await new Promise((done, fail) => m.pipeline(m.Readable.from(['a', 'b']), new m.Writable({
      write(chunk, encoding, next) { out.push(String(chunk)); next() } }), (error) => error ? fail(error) : done())); return out`,
    ['a', 'b'],
  ],
  'stream/promises': [`return typeof m.pipeline`, 'function'],
  string_decoder: [`return new m.StringDecoder('utf8').write(Buffer.from([0xc3]))`, ''],
  sys: [`return m.format('%d', 1)`, '1'],
  timers: [`return new Promise((resolve) => m.setTimeout(resolve, 1, 'late'))`, 'late'],
  'timers/promises': [`return m.setTimeout(1, 'late')`, 'late'],
  url: [`return [m.parse('https://a.b/c?d=1').pathname, m.fileURLToPath('file:///a%20b')]`, ['/c', '/a b']],
  util: [
    `return [m.format('%s %j', 'a', { b: 1 }), m.inspect({ a: [1] }), m.isDeepStrictEqual({ a: 1 }, { a: 1 }),
      await m.promisify((done) => done(null, 2))()]`,
    ['a {"b":1}', '{ a: [ 1 ] }', true, 2],
  ],
  'util/types': [`return m.isRegExp(/a/)`, true],
  zlib: [`return m.gunzipSync(m.gzipSync('aaaa')).toString()`, 'aaaa'],
}

const sandbox = { maxCells: 1, spareCells: 0 }

describe.each(['fresh', 'hardened'] as const)('in a %s realm, stand-ins do for the module', (realm) => {
  const runtime = new IsolatedRuntime({ packing: { nodeModules: 'standins' }, sandbox })
  afterAll(() => runtime.close())

  it.each(Object.entries(USES))('%s', async (name, [code, value]) => {
    await using folder = await guestFolder({
      'main.js': `const m = require('node:${name}'); const { Buffer } = require('buffer'); exports.main = async () => { ${code} }`,
      'data.json': '{"a":1}',
    })
    const request = { folder: folder.path, file: 'main.js', funcName: 'main', realm }
    expect(await runtime.run(request)).toEqual(value)
  })
})

it('every stand-in is used above', () => {
  const modules = join(
    dirname(createRequire(import.meta.url).resolve('@isolated-runtime/stand-ins/package.json')),
    'modules',
  )
  const names = readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.cjs'))
    .map((path) => path.slice(0, -'.cjs'.length))
  expect([...names, 'buffer', 'process'].toSorted()).toEqual(Object.keys(USES).toSorted())
})

it('packages load with modules that no guest can have, and say so when they use them', async () => {
  await using folder = await guestFolder({
    'main.js': `exports.main = () => require('pkg')`,
    'own.js': `exports.main = () => require('http')`,
    'node_modules/pkg/index.js': `
      const http = require('http'), net = require('net'), vm = require('vm')
      class Agent extends http.Agent {}
      const told = (use) => { try { use() } catch (error) { return [error.code, error.message] } }
      module.exports = [new Agent({ a: 1 }).options.a, http.STATUS_CODES[404], net.isIP('::1'), told(() => http.get('http://a.b')), told(() => new vm.Script('1'))]`,
  })
  await using runtime = new IsolatedRuntime({
    packing: { external: ['*'], nodeModules: 'standins' },
    sandbox,
  })
  const run = (file: string): Promise<unknown> => runtime.run({ folder: folder.path, file, funcName: 'main' })
  expect(await run('main.js')).toEqual([
    1,
    'Not Found',
    6,
    ['ERR_METHOD_NOT_IMPLEMENTED', 'http.get is built into Node.js, and guests do not have it'],
    ['ERR_METHOD_NOT_IMPLEMENTED', 'vm.Script is built into Node.js, and guests do not have it'],
  ])
  await expect(run('own.js')).rejects.toThrow('"http" is built into Node.js, and guests do not have it')
})

describe('the option "env"', () => {
  const files = {
    'main.js': `exports.main = () => [process.env.API, process.env.GONE ?? 'none', require('process') !== undefined, require('pkg')]`,
    'plain.js': `exports.main = () => typeof process`,
    'node_modules/pkg/index.js': 'module.exports = [process.env.API, process.env.NODE_ENV, process.version]',
  }

  it('gives guests and their packages process.env', async () => {
    await using folder = await guestFolder(files)
    await using runtime = new IsolatedRuntime({
      packing: { external: ['pkg'], env: { API: 'https://a.b', NODE_ENV: 'test' } },
      sandbox,
    })
    for (const realm of ['fresh', 'hardened', 'hardened', 'warm', 'warm'] as const) {
      const request = { folder: folder.path, file: 'main.js', funcName: 'main', realm }
      expect(await runtime.run(request)).toEqual([
        'https://a.b',
        'none',
        true,
        ['https://a.b', 'production', ''],
      ])
    }
  })

  it('without it, guests have no process', async () => {
    await using folder = await guestFolder(files)
    await using runtime = new IsolatedRuntime({ packing: { external: ['pkg'] }, sandbox })
    expect(await runtime.run({ folder: folder.path, file: 'plain.js', funcName: 'main' })).toBe('undefined')
  })
})
