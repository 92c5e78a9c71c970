import { decodeBundle, encodeBundle } from '@isolated-runtime/protocol'
import { guestFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { packFolder } from './pack-folder.ts'

test('constants are part of what a bundle is', async () => {
  await using folder = await guestFolder({ 'a.js': 'exports.a = () => rate' })
  const plain = await packFolder(folder.path)
  const one = await packFolder(folder.path, { constants: { rate: 1 } })
  const two = await packFolder(folder.path, { constants: { rate: 2 } })
  expect(new Set([plain.id, one.id, two.id]).size).toBe(3)
  expect(decodeBundle(encodeBundle(one), one.id).constantsJson).toBe('{"rate":1}')
  expect(await packFolder(folder.path, { constants: {} })).toEqual(plain)
})

test.each<[string, Record<string, unknown>, string]>([
  ['a function', { key: 'sk-secret', make: () => 'sk-secret' }, 'constants.make is a function'],
  [
    'the name of no global',
    { key: 'sk-secret', undefined: 'sk-secret' },
    'names of globals other than undefined',
  ],
  [
    'more than 64 KiB',
    { key: 'sk-secret'.repeat(10_000) },
    'are 90010 bytes of JSON, the most allowed is 65536',
  ],
])('constants with %s are refused, without a word of their values', async (_, constants, problem) => {
  await using folder = await guestFolder({ 'a.js': '' })
  const refusal: unknown = await packFolder(folder.path, { constants }).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'INVALID_OPTIONS', message: expect.stringContaining(problem) })
  expect(String(refusal)).not.toContain('sk-secret')
})
