import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext, Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { ModuleFunction, RealmPort } from './boundary.ts'
import { preludeText } from '../prelude.ts'
import { RealmMaker, type Realm } from '../realm-maker.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
// A realm that has it is never made.
setFlagsFromString('--no-expose-gc')

/** A registry that is collected itself calls nobody. */
const kept: Realm[] = []

/** A run of a realm with finalizers, and the lines it has written. */
function start(code: string) {
  const lines: string[] = []
  const settled = Promise.withResolvers<string>()
  const realm = new RealmMaker(preludeText(['weak-references']), ['weak-references']).create('warm')
  const script = new Script(`(function (exports, require) {${code}\n})`)
  const port: RealmPort = {
    load: () => script.runInContext(realm.context) as ModuleFunction,
    resolve: () => 'there is only one file',
    settle: (kind, first = '') => settled.resolve(`${kind} ${first}`),
    log: (_, text) => lines.push(text),
    library: () => () => undefined,
    startTimer: () => true,
    stopTimer: () => {},
    now: () => 0,
    entropy: () => '',
  }
  kept.push(realm)
  realm.inside.enter(port, '/main.js', 'main', '[]', undefined, undefined, false)
  return { lines, settled: settled.promise, realm }
}

const MAX_COLLECTIONS = 50

/** Collects until V8 has called back, or as often as it should have taken. */
async function collectUntil(isCalled: () => boolean): Promise<void> {
  for (let count = 0; count < MAX_COLLECTIONS && !isCalled(); count++) {
    // A turn for the function to be off the stack, and one for the callbacks.
    await setImmediate()
    collect()
    await setImmediate()
  }
}

const REGISTER = `const registry = exports.registry = new FinalizationRegistry((held) => console.log(held))
  registry.register({}, 'late')`

describe('a FinalizationRegistry', () => {
  it('calls back while its run is under way', async () => {
    const { lines } = start(`exports.main = () => { ${REGISTER}; return new Promise(() => {}) }`)
    await collectUntil(() => lines.length > 0)
    expect(lines).toEqual(['late'])
  })

  it('never calls back when its run is over', async () => {
    const { lines, settled } = start(`exports.main = () => { ${REGISTER} }`)
    expect(await settled).toBe('value ')
    await collectUntil(() => lines.length > 0)
    expect(lines).toEqual([])
  })

  it('fails the run when it throws', async () => {
    const { settled } = start(
      `exports.main = () => {
        exports.registry = new FinalizationRegistry(() => { throw new RangeError('far') })
        exports.registry.register({})
        return new Promise(() => {})
      }`,
    )
    let isSettled = false
    void settled.then(() => (isSettled = true))
    await collectUntil(() => isSettled)
    expect(isSettled && (await settled)).toContain('far')
  })

  it('costs its realm the next run', () => {
    expect(start('exports.main = () => 1').realm.inside.renew()).toBe(true)
    expect(start(`exports.main = () => { ${REGISTER} }`).realm.inside.renew()).toBe(false)
  })
})
