import { PERMITTED_GLOBALS } from '../realm/permits.ts'

/** What Piscina's side of the thread and Node's own message ports still use. None of them reaches out of the thread. */
const NEEDED_GLOBALS = [
  'Atomics',
  'SharedArrayBuffer',
  'Buffer',
  'MessagePort',
  'Event',
  'EventTarget',
  'AbortController',
  'AbortSignal',
  'DOMException',
  'performance',
  'queueMicrotask',
  'structuredClone',
]

/** The rights a cell has to give its threads for them to start; they need none to go on. */
const RIGHTS = ['fs.read', 'worker'] as const

/**
 * Leaves code that has escaped its realm into this thread with nothing: no rights, no `process`, no timers, no
 * network, no modules.
 */
export function lockDown(): void {
  for (const right of RIGHTS) process.permission.drop(right)
  const keep = new Set<PropertyKey>([...PERMITTED_GLOBALS, ...NEEDED_GLOBALS])
  for (const key of Reflect.ownKeys(globalThis)) {
    if (!keep.has(key)) Reflect.deleteProperty(globalThis, key)
  }
}
