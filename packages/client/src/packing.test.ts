import { join } from 'node:path'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { Client } from './client.ts'

const redis = useRedis()

test('a client packs with hooks and packages, and a folder may be packed by others', async () => {
  await using folder = await guestFolder({
    'rules/main.mjs': `import { two } from 'two'\nimport rates from 'rates'\nexport const main = () => [two, rates]`,
    'rules/vat.rule': 'ignored',
    'given/two/index.js': 'exports.two = 2',
  })
  const packing = {
    external: ['two'],
    nodeModules: [join(folder.path, 'given')],
    sourceExtensions: ['.rule'],
    compile: async (_: string, path: string) =>
      path.endsWith('.rule') ? 'export const rate = 1' : undefined,
    resolve: (specifier: string) => (specifier === 'rates' ? '/vat.rule' : undefined),
  }
  await using client = await Client.connect({ redis: redis.url, keyPrefix: redis.uniquePrefix(), packing })
  const rules = join(folder.path, 'rules')

  const deployed = await client.deploy(rules)
  expect(deployed).toMatchObject({ files: 3, exports: { 'main.mjs': ['main'], 'vat.rule': ['rate'] } })
  const other = await client.deploy(rules, { packing: { compile: () => 'export const other = 1' } })
  expect(other.exports).toEqual({ 'main.mjs': ['other'], 'vat.rule': ['other'] })
  await expect(client.deploy(rules, { packing: { external: [] } })).rejects.toMatchObject({
    code: 'BUNDLE_MODULE_NOT_FOUND',
  })
  const wrong: object = { compile: 1 }
  await expect(client.deploy(rules, { packing: wrong })).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining('"compile"'),
  })
})
