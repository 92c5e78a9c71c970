import { runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createRealm } from '../realm.ts'
import { textOf } from '../text-of.ts'
import { createJsonLosses } from './json-losses.ts'
import { takePristine } from './pristine.ts'
import { createToJson } from './to-json.ts'

const realm = createRealm().context
const toJson = runInContext(
  `(() => {
    const pristine = (${textOf(takePristine)})()
    return (${textOf(createToJson)})(pristine, (${textOf(createJsonLosses)})(pristine))
  })()`,
  realm,
) as (value: unknown) => string | undefined

describe('what JSON can carry becomes what JSON.stringify makes of it:', () => {
  it.each([
    'undefined',
    'null',
    '"text \\ud800 \\u2028 \\n"',
    '-0',
    '1e21',
    '[]',
    '{}',
    '[undefined, , null, [[]], {}]',
    '({ a: undefined, b: { c: [1, "2", true, false] }, "": 1, "a b\\n": 2, [Symbol()]: 3, 1: 4 })',
    '({ __proto__: null, ["__proto__"]: 1, constructor: 2, toString: 3 })',
    '[Object(1), Object("a"), Object(false), JSON.rawJSON("12345678901234567890")]',
    '({ at: new Date(0), temporal: new Date(0).toTemporalInstant() })',
    '({ toJSON() {} })',
    '[{ toJSON() {} }, { toJSON: (key) => [key] }, { a: { toJSON: (key) => key } }]',
    'Object.assign(() => {}, { toJSON: () => "function" })',
    'new (class Point { x = 1; #y = 2; get z() { return 3 } })()',
    'Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true }, hidden: { value: 3 } })',
    'new Uint8Array(3)',
    'new Uint8Array(0)',
    '(function () { return arguments })(1, 2)',
    'new Proxy([1, { a: 2 }], {})',
    'new Proxy({ a: [1] }, {})',
    'Object.assign([1, 2], { extra: 3 })',
    '{ const shared = { a: 1 }; return [shared, shared, { shared }] }',
    '{ let list = null; for (let i = 0; i < 20_000; i++) list = { i, list }; return list }',
    '{ let list = []; for (let i = 0; i < 49_999; i++) list = [list]; return list }',
    'Array.from({ length: 300 }, (_, i) => ({ ["key" + i]: i, same: { same: i } }))',
  ])('%s', (code) => {
    const value: unknown = runInContext(`(() => ${code.startsWith('{ ') ? code : `(${code})`})()`, realm)
    expect(toJson(value)).toBe(JSON.stringify(value))
  })
})

it('reads each property once', () => {
  const reads = runInContext('[]', realm) as string[]
  const value = {
    get a() {
      return reads.push('a')
    },
    b: { toJSON: () => reads.push('b') },
  }
  expect(toJson(value)).toBe('{"a":1,"b":2}')
})
