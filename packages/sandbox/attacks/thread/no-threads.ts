import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Worker, message channels and broadcast channels',
  code: `
    () => ['Worker', 'MessageChannel', 'MessagePort', 'BroadcastChannel', 'SharedWorker', 'LockManager', 'parentPort', 'workerData', 'postMessage', 'onmessage', 'SharedArrayBuffer', 'WebAssembly']
      .filter((name) => name in globalThis)`,
  expected: { status: 'succeeded', value: [] },
}
