import { setImmediate } from 'node:timers/promises'
import { Script } from 'node:vm'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { HOST_FAILURES, type ModuleFunction, type RealmPort } from './boundary.ts'
import { createRealm } from '../realm.ts'
import type { SealedPort } from './host.ts'

/** Guest code that makes the realm call each function of the port. Whatever is missing here does not compile. */
const PROGRAMS: Readonly<Record<keyof RealmPort, string>> = {
  load: "require('./lib.js')",
  resolve: "require('./lib.js')",
  settle: "target.dispatchEvent(new Event('x'))",
  log: "console.log('x')",
  library: "new URL('https://example.org')",
  startTimer: 'setTimeout(() => {}, 1)',
  stopTimer: 'clearTimeout(timer)',
  now: 'performance.now()',
  entropy: 'crypto.randomUUID()',
  progress: 'reportProgress(1)',
}
const NAMES = Object.keys(PROGRAMS) as (keyof RealmPort)[]

/** Calls a program in a realm whose port does something of its own, and gives what came of it and how the run ended. */
async function call(
  program: string,
  change: (port: RealmPort, isUnderWay: () => boolean) => Partial<RealmPort>,
) {
  const realm = createRealm()
  const script = new Script(`(function (exports, require) {
    exports.main = () => {
      const target = new EventTarget()
      target.addEventListener('x', () => { throw new Error('of a listener') })
      const timer = setTimeout(() => {}, 1)
      let got
      begin()
      try { got = ${program} } catch (error) { got = error }
      finish(got)
    }
  })`)
  const ends: string[] = []
  let got: unknown
  let underWay = false
  const port: RealmPort = {
    load: (path) => (path === '/main.js' ? (script.runInContext(realm.context) as ModuleFunction) : '{}'),
    resolve: () => '/lib.js',
    settle: (kind) => ends.push(kind),
    log: () => {},
    library: (name) =>
      new Script(`(() => ({ URL: class {}, TextEncoder: class {}, name: '${name}' }))`).runInContext(
        realm.context,
      ) as () => unknown,
    startTimer: () => true,
    stopTimer: () => {},
    now: () => 0,
    entropy: (bytes) => '00'.repeat(bytes),
    progress: () => true,
  }
  const changed = { ...port, ...change(port, () => underWay) }
  // The one place where functions of the host are put into a realm: by the test, to look at what the guest has.
  Object.assign(realm.context, {
    begin: () => (underWay = true),
    finish: (value: unknown) => {
      underWay = false
      got = value
    },
  })
  realm.inside.enter(changed, '/main.js', 'main', '[]', undefined, undefined, false)
  await setImmediate()
  const RealmObject = (realm.context as { Object: ObjectConstructor }).Object
  return { got, ends, isOfRealm: Object(got) !== got || got instanceof RealmObject }
}

describe('every function of the port', () => {
  it('has a text for its failure and a program here', () => {
    expect(NAMES.toSorted()).toEqual(Object.keys(HOST_FAILURES).toSorted())
  })

  it('cannot be called by the inside but through the host call', () => {
    expectTypeOf<SealedPort[keyof RealmPort]>().toBeUnknown()
  })

  it.each(NAMES)('gives the guest an error of its realm when %s throws', async (name) => {
    let called = 0
    const { got, isOfRealm } = await call(PROGRAMS[name], (port, isUnderWay) => ({
      [name]: (...parameters: never[]) => {
        if (!isUnderWay()) return (port[name] as (...parameters: never[]) => unknown)(...parameters)
        called++
        throw new RangeError('an error of the host')
      },
    }))
    expect(isOfRealm).toBe(true)
    // The run is settled when no guest code is under way, and a line that is lost does not stop the guest.
    expect(called).toBe(name === 'settle' ? 0 : 1)
    const isNoticed = !['settle', 'log', 'stopTimer'].includes(name)
    expect(Object.hasOwn(Object(got) as object, 'message')).toBe(isNoticed)
  })

  it.each(NAMES)('gives the guest no object of the host that %s returns', async (name) => {
    const { got, isOfRealm } = await call(PROGRAMS[name], (port, isUnderWay) => ({
      [name]: (...parameters: never[]) => {
        const result = (port[name] as (...parameters: never[]) => unknown)(...parameters)
        return isUnderWay() ? { toString: () => 'an object of the host' } : result
      },
    }))
    expect(isOfRealm).toBe(true)
    expect(JSON.stringify(got) ?? '').not.toContain('of the host')
  })
})

it('a run settles once when a listener throws, whatever the function returns', async () => {
  const { ends } = await call(PROGRAMS.settle, () => ({}))
  expect(ends).toEqual(['threw'])
})
