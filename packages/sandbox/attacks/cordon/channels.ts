import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'channels to the threads of neighbours',
  code: `
    () => {
      const found = []
      for (const name of ['BroadcastChannel', 'MessageChannel', 'MessagePort', 'SharedArrayBuffer', 'LockManager', 'navigator', 'structuredClone'])
        if (typeof globalThis[name] !== 'undefined') found.push(name)
      return found
    }`,
  expected: { status: 'succeeded', value: [] },
}
