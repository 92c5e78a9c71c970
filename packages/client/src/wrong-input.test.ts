import { RedisConnection } from '@isolated-runtime/queue'
import {
  NO_NAMES,
  NO_OPTIONS,
  NO_REQUESTS,
  refusalsOf,
  useRedis,
  type WrongInput,
} from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Client } from './client.ts'

const redis = useRedis()
const call = { source: 'exports.a = () => 1', funcName: 'a' }
let stack: AsyncDisposableStack
let client: Client
let connection: RedisConnection
let keyPrefix: string

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  keyPrefix = redis.uniquePrefix()
  connection = stack.use(await RedisConnection.open({ redis: redis.url }))
  client = stack.use(await Client.connect({ redis: redis.url, keyPrefix }))
})

afterEach(() => stack.disposeAsync())

const calls: readonly [string, WrongInput, (given: never) => unknown][] = [
  ['Client.connect(…)', NO_REQUESTS, (bad) => Client.connect(bad)],
  ['run(…)', NO_REQUESTS, (bad) => client.run(bad)],
  ['run(request, …)', NO_OPTIONS, (bad) => client.run(call, bad)],
  ['outcome(…)', NO_REQUESTS, (bad) => client.outcome(bad)],
  ['outcome(request, …)', NO_OPTIONS, (bad) => client.outcome(call, bad)],
  ['submit(…)', NO_REQUESTS, (bad) => client.submit(bad)],
  ['submit(request, …)', NO_OPTIONS, (bad) => client.submit(call, bad)],
  ['submit({ id: … })', { ...NO_OPTIONS, 'a string': 'a\nb' }, (id) => client.submit({ ...call, id })],
  ['submit({ args: … })', { ...NO_OPTIONS, 'an array': {} }, (args) => client.submit({ ...call, args })],
  ['runMany([…])', NO_REQUESTS, (bad) => client.runMany([call, bad])],
  ['runMany(…)', { ...NO_REQUESTS, 'an array': {} }, (bad) => client.runMany(bad)],
  ['runMany(requests, …)', NO_OPTIONS, (bad) => client.runMany([call], bad)],
  ['submitMany([…])', NO_REQUESTS, (bad) => client.submitMany([call, bad])],
  ['submitMany(requests, …)', NO_OPTIONS, (bad) => client.submitMany([call], bad)],
  ['map(…)', NO_REQUESTS, (bad) => client.map(bad)],
  [
    'map({ items: […] })',
    { ...NO_REQUESTS, 'an array': {} },
    (bad) => client.map({ ...call, items: [[], bad] }),
  ],
  ['map(request, …)', NO_OPTIONS, (bad) => client.map({ ...call, items: [[]] }, bad)],
  ['mapStream(…)', NO_REQUESTS, (bad) => client.mapStream(bad).next()],
  ['mapStream(request, …)', NO_OPTIONS, (bad) => client.mapStream({ ...call, items: [[]] }, bad).next()],
  ['module(…)', NO_OPTIONS, (bad) => client.module(bad)],
  ['module(request, …)', NO_OPTIONS, (bad) => client.module(call, bad)],
  ['attach(…)', NO_NAMES, (bad) => client.attach(bad)],
  ['attach(id, …)', NO_OPTIONS, (bad) => client.attach('a', bad)],
  ['cancel(…)', NO_NAMES, (bad) => client.cancel(bad)],
  ['status(…)', NO_NAMES, (bad) => client.status(bad)],
  ['cancel(id, reason, …)', NO_OPTIONS, (bad) => client.cancel('a', 'reason', bad)],
  ['status(id, …)', NO_OPTIONS, (bad) => client.status('a', bad)],
  ['deploy(…)', NO_NAMES, (bad) => client.deploy(bad)],
  ['deploy(folder, …)', NO_OPTIONS, (bad) => client.deploy('.', bad)],
  ['admin.tenants.set(…)', NO_NAMES, (bad) => client.admin.tenants.set(bad, { weight: 2 })],
  ['admin.tenants.set(tenant, …)', NO_OPTIONS, (bad) => client.admin.tenants.set('acme', bad)],
  ['admin.tenants.setDefault(…)', NO_OPTIONS, (bad) => client.admin.tenants.setDefault(bad)],
  ['admin.tenants.get(…)', NO_NAMES, (bad) => client.admin.tenants.get(bad)],
  ['admin.tenants.effective(…)', NO_NAMES, (bad) => client.admin.tenants.effective(bad)],
  ['admin.tenants.pause(…)', NO_NAMES, (bad) => client.admin.tenants.pause(bad)],
  ['admin.tenants.resume(…)', NO_NAMES, (bad) => client.admin.tenants.resume(bad)],
  ['admin.cancelAll(…)', NO_NAMES, (bad) => client.admin.cancelAll(bad)],
  ['admin.tenants.usage(…)', NO_NAMES, (bad) => client.admin.tenants.usage(bad)],
  ['admin.tenants.usage(tenant, …)', NO_OPTIONS, (bad) => client.admin.tenants.usage('acme', bad)],
  ['schedules.create(…)', NO_REQUESTS, (bad) => client.schedules.create(bad)],
  [
    'schedules.create({ run: … })',
    NO_REQUESTS,
    (run) => client.schedules.create({ id: 'nightly', every: '1h', run }),
  ],
  [
    'schedules.create({ every: … })',
    { ...NO_OPTIONS, 'a number': 0 },
    (every) => client.schedules.create({ id: 'nightly', every, run: call }),
  ],
  ['submit({ realm: … })', NO_OPTIONS, (realm) => client.submit({ ...call, realm })],
  ['schedules.get(…)', NO_NAMES, (bad) => client.schedules.get(bad)],
  ['schedules.get(id, …)', NO_OPTIONS, (bad) => client.schedules.get('nightly', bad)],
  ['schedules.list(…)', NO_OPTIONS, (bad) => client.schedules.list(bad)],
  ['schedules.next(…)', NO_NAMES, (bad) => client.schedules.next(bad, 1)],
  ['schedules.next(id, …)', { ...NO_NAMES, 'a number': 0.5 }, (bad) => client.schedules.next('nightly', bad)],
  ['schedules.pause(…)', NO_NAMES, (bad) => client.schedules.pause(bad)],
  ['schedules.resume(…)', NO_NAMES, (bad) => client.schedules.resume(bad)],
  ['schedules.remove(…)', NO_NAMES, (bad) => client.schedules.remove(bad)],
  ['aliases.move(…)', NO_NAMES, (bad) => client.aliases.move(bad, 'pricing')],
  ['aliases.move(alias, …)', NO_NAMES, (bad) => client.aliases.move('pricing', bad)],
  ['aliases.move(alias, bundle, …)', NO_OPTIONS, (bad) => client.aliases.move('pricing', 'pricing', bad)],
  ['aliases.rollback(…)', NO_NAMES, (bad) => client.aliases.rollback(bad)],
  ['aliases.rollback(alias, …)', NO_OPTIONS, (bad) => client.aliases.rollback('pricing', bad)],
  ['aliases.history(…)', NO_NAMES, (bad) => client.aliases.history(bad)],
  ['aliases.list(…)', NO_OPTIONS, (bad) => client.aliases.list(bad)],
  ['aliases.remove(…)', NO_NAMES, (bad) => client.aliases.remove(bad)],
]

it.each(calls)(
  '%s says of what is of the wrong type what is right, and nothing is queued',
  async (_, input, act) => {
    const before = await keys()
    for (const { what, error } of await refusalsOf(input, act)) {
      expect({ what, error }).toMatchObject({
        what,
        error: {
          code: expect.stringMatching(/^INVALID_(REQUEST|OPTIONS)$/),
          // None of the words of zod, which go by its own types.
          message: expect.stringMatching(/Invalid [a-z ]+: (?!.*(too small|too big|received)).*expected .+/i),
        },
      })
    }
    expect(await keys()).toEqual(before)
  },
)

/** All keys but what a client leaves in any case, and code, which is stored before all requests of a list are known. */
async function keys(): Promise<string[]> {
  const all = await connection.redis.keys(`${keyPrefix}:*`)
  return all.filter((key) => !/:(meta|bundle:.*|bundles-of:.*)$/.test(key)).toSorted()
}
