import { expect, test } from 'vitest'
import { Shards } from './shards.ts'

const options = { keyPrefix: 'p', queueName: 'runs', shards: 4 }

test('tenants are spread over the shards, each always on the same', () => {
  const shards = new Shards(options, false)
  const counts = [0, 0, 0, 0]
  for (let n = 0; n < 1_000; n++) {
    const index = shards.indexOf(`tenant-${n}`)
    counts[index] = (counts[index] ?? 0) + 1
  }
  expect(Math.min(...counts)).toBeGreaterThan(200)
  expect(['acme', 'globex', 'default'].map((tenant) => shards.indexOf(tenant))).toMatchInlineSnapshot(`
    [
      1,
      1,
      1,
    ]
  `)
  expect(shards.queueNameOf('acme')).toBe(shards.queueNames[shards.indexOf('acme')])
})

test('a single shard goes by the name of the queue, in a cluster with braces where there are none yet', () => {
  expect(new Shards({ ...options, shards: 1 }, false).queueNames).toEqual(['runs'])
  expect(new Shards({ ...options, shards: 1 }, true).queueNames).toEqual(['{runs}'])
  expect(new Shards({ ...options, shards: 1, queueName: 'r{1}' }, true).queueNames).toEqual(['r{1}'])
  expect(new Shards({ ...options, shards: 1, keyPrefix: '{p}' }, true).queueNames).toEqual(['runs'])
})

test.for([{ queueName: '{runs}' }, { keyPrefix: 'p{1}' }])(
  'several shards are refused where %o has braces already',
  (names) => {
    expect(() => new Shards({ ...options, ...names }, true)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    )
  },
)
