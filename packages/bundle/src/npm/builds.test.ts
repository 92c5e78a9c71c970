import { describe, expect, test } from 'vitest'
import { packAndLoad } from '../fixtures/pack-and-load.ts'
import type { PackOptions } from '../pack-options.ts'

async function load(
  manifest: object,
  files: Record<string, string>,
  options: PackOptions = {},
): Promise<unknown> {
  const inPackage = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`node_modules/pkg/${path}`, text]),
  )
  const written = {
    'main.js': `exports.all = require('pkg')`,
    'node_modules/pkg/package.json': JSON.stringify(manifest),
    ...inPackage,
  }
  return (await packAndLoad(written, { external: ['*'], ...options }))['all']
}

const say = (value: string): string => `module.exports = ${JSON.stringify(value)}`
const NODE = `const crypto = require('node:crypto'); module.exports = 'node'`

describe('of the builds of a package guests get', () => {
  test.each([
    ['that of workers', { worker: './w.js', browser: './b.js', default: './d.js' }, 'worker'],
    ['that of the edge', { 'edge-light': './e.js', browser: './b.js', default: './d.js' }, 'edge'],
    [
      'that which the package has first',
      { node: './n.js', 'edge-light': './e.js', worker: './w.js' },
      'edge',
    ],
    ['the default one rather than that of browsers', { browser: './b.js', default: './d.js' }, 'default'],
    ['that of browsers where the other needs Node.js', { browser: './b.js', default: './n.js' }, 'browser'],
    ['that of browsers where there is no other', { node: './n.js', browser: './b.js' }, 'browser'],
    ['that which needs Node.js where there is no other', { node: './ok.js' }, 'ok'],
    ['one that is nested', { browser: './b.js', require: { worker: './w.js', default: './d.js' } }, 'worker'],
  ])('%s', async (_, exports, value) => {
    const files = {
      'w.js': say('worker'),
      'e.js': say('edge'),
      'b.js': say('browser'),
      'd.js': say('default'),
      'n.js': NODE,
      'ok.js': say('ok'),
    }
    expect(await load({ exports: { '.': exports } }, files)).toBe(value)
  })

  test.each([
    ['main', { main: 'm.js', browser: 'b.js' }, { 'm.js': say('main') }, 'main'],
    ['browser where main needs Node.js', { main: 'm.js', browser: 'b.js' }, { 'm.js': NODE }, 'browser'],
    [
      'browser where what main asks for needs Node.js',
      { main: 'm.js', browser: 'b.js' },
      { 'm.js': 'module.exports = require("./lib")', 'lib/index.js': NODE },
      'browser',
    ],
    ['browser where there is no main', { main: 'gone.js', browser: 'b.js' }, {}, 'browser'],
    ['browser where there is no index', { browser: 'b.js' }, {}, 'browser'],
  ])('%s', async (_, manifest, files, value) => {
    expect(await load(manifest, { 'b.js': say('browser'), ...files })).toBe(value)
  })

  test('a mapped file where it replaces one that needs Node.js', async () => {
    const browser = { './node.js': './b.js', './plain.js': './b.js', './gone.js': false, fs: false }
    const files = {
      'index.js': `module.exports = [require('./node'), require('./plain'), require('./gone'), require('fs')]`,
      'node.js': NODE,
      'plain.js': say('plain'),
      'gone.js': NODE,
      'b.js': say('browser'),
    }
    expect(await load({ browser }, files)).toEqual(['browser', 'plain', {}, {}])
  })

  test('that of the conditions that the operator names', async () => {
    const exports = { 'react-server': './r.js', browser: './b.js', default: './d.js' }
    const files = { 'r.js': say('server'), 'b.js': say('browser'), 'd.js': say('default') }
    expect(await load({ exports }, files, { conditions: ['react-server'] })).toBe('server')
    expect(await load({ exports }, files, { conditions: ['browser'] })).toBe('browser')
    const old = { main: 'd.js', browser: 'b.js' }
    expect(await load(old, files, { conditions: ['browser'] })).toBe('browser')
  })

  test('that which does not need a page, where stand-ins do for the other', async () => {
    const files = {
      'm.js': `module.exports = require('os').EOL`,
      'b.js': 'module.exports = navigator.userAgent',
    }
    const manifest = { main: 'm.js', browser: 'b.js' }
    expect(await load(manifest, files, { nodeModules: 'standins' })).toBe('\n')
  })
})
