import { DEFAULT_KEEP_OUTCOME_MS, keepOutcomeMsSchema } from '@isolated-runtime/protocol'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { luaFiles, type LuaFile } from '../fixtures/lua-files.ts'
import { FALLBACK_POLICY, POLICY_FIELDS } from '../policy/tenant-policy.ts'
import { BULLMQ_KEYS, calmKeys, GATE_KEYS, SCHEDULE_KEYS } from '../redis/keys.ts'
import { LOST_TOO_OFTEN, MAX_LOST_EXECUTORS } from '../run/trouble.ts'
import * as bundleScripts from './bundle-scripts.ts'
import * as gateScripts from './gate-scripts.ts'
import * as keyScripts from './key-scripts.ts'
import { readLua } from './read-lua.ts'
import * as runScripts from './run-scripts.ts'
import * as scheduleScripts from './schedule-scripts.ts'

const files = luaFiles()
const parts = files.filter(({ name }) => name.startsWith('parts/'))
const scripts = files.filter(({ name }) => !name.startsWith('parts/'))
const declarations = [bundleScripts, gateScripts, keyScripts, runScripts, scheduleScripts]
  .flatMap((module) => Object.values(module))
  .flatMap((offered) => (typeof offered === 'function' ? offered.declaration : []))

test('each script has one function that runs it', () => {
  expect(new Set(declarations.map(({ file }) => file))).toEqual(new Set(scripts.map(({ name }) => name)))
  expect(declarations).toHaveLength(scripts.length)
})

describe.each(declarations)('$file', ({ file, args, hasMore = false }) => {
  const script = fileOf(file)

  test('its header lists the arguments that its caller sends', () => {
    expect(script.args).toEqual([...args, ...(hasMore ? ['...'] : [])])
  })

  test('it names its arguments as its header does', () => {
    expect(script.unpacked).toEqual(args)
    expect([...new Set(script.moreFrom)]).toEqual(hasMore ? [args.length + 1] : [])
  })

  test('its header says what it does, which key it is given, and what it returns', () => {
    expect(script.text).toMatch(/^-- [A-Z](.*\n)(--.*\n)*-- KEYS: \w(.*\n)(--.*\n)*-- Returns: \S/)
  })
})

describe.each(files)('$name', (file) => {
  test('it uses of others what its include lines say, and no more', () => {
    expect([...file.includes.values()].flat().toSorted()).toEqual(file.free)
  })

  test('what it uses of others is there for others, and what it sets is there to be set', () => {
    for (const [name, used] of file.includes) {
      const { defines, settable } = fileOf(name)
      expect([...defines, ...settable]).toEqual(expect.arrayContaining([...used]))
    }
    const settable = [...file.includes.keys()].flatMap((name) => fileOf(name).settable)
    expect(settable).toEqual(expect.arrayContaining([...file.sets]))
  })
})

describe.each(parts)('$name', ({ name, locals, defines, settable }) => {
  test('it defines what its header says', () => {
    expect(defines.length + settable.length).toBeGreaterThan(0)
    expect(locals).toEqual(expect.arrayContaining([...defines, ...settable]))
  })

  test('what it says that it defines is used', () => {
    const used = files.flatMap(({ includes }) => includes.get(name) ?? [])
    expect(used).toEqual(expect.arrayContaining([...defines, ...settable]))
  })
})

test('the published package has the scripts', () => {
  expect(manifest.files).toContain('lua')
})

test('a part is in a script once, before what uses it', () => {
  const text = readLua('gate/tick.lua')
  expect(text.match(/^local queue = KEYS\[1\]$/gm)).toHaveLength(1)
  expect(text).not.toContain('--- include')
  expect(text.indexOf('local function makeReady')).toBeLessThan(text.indexOf('local function joinLine'))
})

test('scripts use no key of a queue that keys.ts does not list', () => {
  const known = [...BULLMQ_KEYS, 'gate', 'quarantine']
  expect(known).toEqual(expect.arrayContaining(files.flatMap(({ queueKeys }) => queueKeys)))
  const gateKeys = files.flatMap((file) => file.gateKeys)
  expect([...new Set(gateKeys)].toSorted()).toEqual([...GATE_KEYS].toSorted())
  const scheduleKeys = files.flatMap(({ text }) => [...text.matchAll(/(?:base|KEYS\[1\]) \.\. ':([a-z]+)/g)])
  expect(new Set(scheduleKeys.map(([, key]) => key))).toEqual(new Set(SCHEDULE_KEYS))
})

describe('what Lua and TypeScript both say is the same', () => {
  test('caps of tenants, and what holds where nobody has set them', () => {
    const { text } = fileOf('parts/gate-state.lua')
    expect(stringsIn(tableOf(text, 'CAPS'))).toEqual(POLICY_FIELDS)
    const fallback = [...tableOf(text, 'FALLBACK').matchAll(/(\w+) = (\d+)/g)]
    expect(Object.fromEntries(fallback.map(([, name, figure]) => [name, Number(figure)]))).toEqual(
      FALLBACK_POLICY,
    )
  })

  test('keys that are there only while there is something to do', () => {
    const keys = stringsIn(tableOf(fileOf('gate/tick.lua').text, 'CALM_KEYS'))
    expect(keys.map((key) => `queue${key}`).toSorted()).toEqual(calmKeys('queue').toSorted())
  })

  test.each([
    ['parts/keep-outcome.lua', 'MIN_KEEP_OUTCOME_MS', keepOutcomeMsSchema.minValue],
    ['parts/keep-outcome.lua', 'MAX_KEEP_OUTCOME_MS', keepOutcomeMsSchema.maxValue],
    ['parts/keep-outcome.lua', 'DEFAULT_KEEP_OUTCOME_MS', DEFAULT_KEEP_OUTCOME_MS],
    ['parts/recover.lua', 'MAX_LOST_EXECUTORS', MAX_LOST_EXECUTORS],
    ['parts/recover.lua', 'LOST_TOO_OFTEN', `'${LOST_TOO_OFTEN}'`],
  ])('%s: %s', (name, constant, value) => {
    expect(fileOf(name).text).toContain(`\nlocal ${constant} = ${value}\n`)
  })
})

function fileOf(name: string): LuaFile {
  const found = files.find((file) => file.name === name)
  if (found === undefined) throw new Error(`There is no lua/${name}`)
  return found
}

function tableOf(text: string, name: string): string {
  return new RegExp(`^local ${name} = \\{([^}]*)\\}`, 'm').exec(text)?.[1] ?? ''
}

function stringsIn(text: string): (string | undefined)[] {
  return [...text.matchAll(/'([^']+)'/g)].map(([, string]) => string)
}
