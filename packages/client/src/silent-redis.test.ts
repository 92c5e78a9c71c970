import { guestFolder, TcpProxy, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { Client } from './client.ts'

const redis = useRedis()
/** What asking a Redis that says nothing may take, and some more for a busy machine. */
const PATIENCE_MS = 16_000

test(
  'whatever a client is asked for settles with a code while Redis says nothing',
  { timeout: 60_000 },
  async () => {
    await using proxy = await TcpProxy.start({ port: redis.server.port })
    await using client = await Client.connect({
      redis: `redis://127.0.0.1:${proxy.port}`,
      expiresInMs: 1_000,
      graceMs: 1_000,
    })
    await using folder = await guestFolder({ 'a.js': 'exports.a = () => 1' })
    const run = { source: 'exports.a = () => 1', funcName: 'a', limits: { timeoutMs: 100 } }
    await client.schedules.create({ id: 's', every: '1h', run })
    const handle = await client.submit({ ...run, live: true, progress: true })
    proxy.blackhole()
    const startedAt = performance.now()
    const ends = Object.entries({
      outcome: () => handle.outcome(),
      logs: () => Array.fromAsync(handle.logs()),
      progress: () => Array.fromAsync(handle.progress()),
      'handle.cancel': () => handle.cancel(),
      run: () => client.run(run),
      'run of other code': () => client.run({ ...run, source: 'exports.a = () => 2' }),
      'run of a folder': () => client.run({ ...run, source: undefined, folder: folder.path, file: 'a.js' }),
      'run of an alias': () => client.run({ ...run, source: undefined, bundle: 'rules', file: 'a.js' }),
      'run with a signal': () => client.run(run, { signal: AbortSignal.timeout(100) }),
      submit: () => client.submit(run),
      runMany: () => client.runMany([run, run]),
      submitMany: () => client.submitMany([run, run]),
      map: () => client.map({ ...run, items: [[], []] }),
      mapStream: () => Array.fromAsync(client.mapStream({ ...run, items: [[], []] })),
      attach: () => client.attach('somebody'),
      cancel: () => client.cancel('somebody'),
      status: () => client.status('somebody'),
      deploy: () => client.deploy(folder.path, { alias: 'rules' }),
      'aliases.list': () => client.aliases.list(),
      'schedules.create': () => client.schedules.create({ id: 't', every: '1h', run }),
      'schedules.next': () => client.schedules.next('s', 2),
      'schedules.remove': () => client.schedules.remove('s'),
      'admin.tenants.set': () => client.admin.tenants.set('acme', { weight: 2 }),
      'admin.tenants.pause': () => client.admin.tenants.pause('acme'),
      'admin.tenants.list': () => client.admin.tenants.list(),
      'admin.cancelAll': () => client.admin.cancelAll('acme'),
      'admin.tenants.usage': () => client.admin.tenants.usage('acme'),
    }).map(async ([name, call]) => {
      const code = await call().then(
        () => 'settled',
        (error: { readonly code?: string }) => error.code,
      )
      const expected =
        name === 'run with a signal' ? ['RUN_CANCELLED'] : ['REDIS_UNREACHABLE', 'WAIT_TIMED_OUT']
      expect.soft(expected, name).toContain(code)
      expect.soft(performance.now() - startedAt, name).toBeLessThan(PATIENCE_MS)
    })
    await Promise.all(ends)
  },
)
