import { setImmediate } from 'node:timers/promises'
import { resolveLimits, type RealmKind } from '@isolated-runtime/protocol'
import { threadData } from '../src/cell/thread-data.ts'
import { newCall } from '../src/fixtures/new-call.ts'
import { LIBRARY_FOLDER } from '../src/pool/library-folder.ts'
import { preludeText } from '../src/realm/prelude.ts'
import { RealmMaker } from '../src/realm/realm-maker.ts'
import { isOrdinary } from '../src/thread/is-ordinary.ts'
import { Libraries } from '../src/thread/libraries.ts'
import { RealmSupply } from '../src/thread/realm-supply.ts'
import { runInRealm } from '../src/thread/run-in-realm.ts'
import { RunLog } from '../src/thread/run-log.ts'
import { BundleScripts } from '../src/thread/script-cache.ts'
import { bundle, CONTEXT } from './programs.ts'

const libraries = new Libraries(threadData(LIBRARY_FOLDER, { maxRunsPerRealm: 1, allow: [] }).libraries)

/** Runs programs as a thread does, in this one, and tells what became of their realms. */
export class OneThread {
  readonly #realms = new RealmSupply({
    maker: new RealmMaker(preludeText()),
    maxKept: 1,
    maxRuns: Infinity,
    isHeapFull: () => false,
  })

  async run(file: string, realm: RealmKind): Promise<'kept' | 'thrown away'> {
    // Each with scripts of its own: one that breaks out would spoil the realms of all that come after it.
    const scripts = new BundleScripts(bundle, (compile) => compile())
    const loan = this.#realms.lend(realm, bundle.id)
    const limits = resolveLimits({ maxResultBytes: 1_000_000 })
    const call = newCall({ file, contextJson: CONTEXT, realm, limits })
    const entry = { call, argsJson: '[]', again: false }
    const result = await runInRealm(
      loan.realm,
      entry,
      scripts,
      new RunLog({ limits: resolveLimits({ maxLogBytes: 0 }) }),
      libraries,
    )
    await setImmediate()
    const kept = isOrdinary(result) && !scripts.leavesTraces() && this.#realms.takeBack(loan)
    return kept ? 'kept' : 'thrown away'
  }
}
