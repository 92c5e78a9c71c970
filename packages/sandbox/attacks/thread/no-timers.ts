import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Timers, to go on after the run',
  code: `
    () => ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'scheduler', 'AbortSignal', 'AbortController', 'requestIdleCallback', 'FinalizationRegistry', 'WeakRef']
      .filter((name) => name in globalThis)`,
  expected: { status: 'succeeded', value: [] },
}
