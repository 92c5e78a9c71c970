import { PERMITTED_GLOBALS } from '../realm/permits.ts'
import { freezeIntrinsics } from './freeze-intrinsics.ts'

/** What Piscina's side of the thread still uses of the globals that guests do not get. */
const NEEDED_GLOBALS = ['Atomics']

/** What guests get and the thread itself has no use for. To freeze all of it would cost a cell 8 ms, and a thread 3. */
const UNNEEDED_GLOBALS = ['Intl', 'Temporal']

/** The rights a cell has to give its threads for them to start; they need none to go on. */
const RIGHTS = ['fs.read'] as const

/**
 * Leaves code that has escaped its realm into this thread with nothing: no rights, no `process`, no timers, no
 * network, no modules, and no way to change what the thread itself goes on with.
 */
export function lockDown(): void {
  for (const right of RIGHTS) process.permission.drop(right)
  const keep = new Set<PropertyKey>([...PERMITTED_GLOBALS, ...NEEDED_GLOBALS])
  for (const name of UNNEEDED_GLOBALS) keep.delete(name)
  for (const key of Reflect.ownKeys(globalThis)) {
    if (!keep.has(key)) Reflect.deleteProperty(globalThis, key)
  }
  // It leads to what `Temporal` leads to.
  Reflect.deleteProperty(Date.prototype, 'toTemporalInstant')
  freezeIntrinsics()
}
