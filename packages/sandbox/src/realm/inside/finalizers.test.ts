import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext, Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { ModuleFunction, RealmPort } from '../boundary.ts'
import { preludeText } from '../prelude.ts'
import { RealmMaker, type Realm } from '../realm-maker.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

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
    settle: (kind, _, second) => settled.resolve(second === undefined ? kind : `${kind}: ${second}`),
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

/** Until V8 has called back for all that it has collected. */
async function collected(): Promise<void> {
  await setImmediate()
  collect()
  for (let turn = 0; turn < 5; turn++) await setImmediate()
}

const REGISTER = `const registry = exports.registry = new FinalizationRegistry((held) => console.log(held))
  registry.register({}, 'late')`

describe('a FinalizationRegistry', () => {
  it('calls back while its run is under way', async () => {
    const { lines } = start(`exports.main = () => { ${REGISTER}; return new Promise(() => {}) }`)
    await collected()
    expect(lines).toEqual(['late'])
  })

  it('never calls back when its run is over', async () => {
    const { lines, settled } = start(`exports.main = () => { ${REGISTER} }`)
    expect(await settled).toBe('value')
    await collected()
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
    await collected()
    expect(await settled).toBe('threw: far')
  })

  it('costs its realm the next run', () => {
    expect(start('exports.main = () => 1').realm.inside.renew()).toBe(true)
    expect(start(`exports.main = () => { ${REGISTER} }`).realm.inside.renew()).toBe(false)
  })
})
