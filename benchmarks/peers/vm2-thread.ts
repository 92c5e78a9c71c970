import { parentPort } from 'node:worker_threads'
import { NodeVM } from 'vm2'

parentPort?.on('message', (code: string) => {
  const exports = new NodeVM().run(code) as Record<string, (input: unknown) => unknown>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
  parentPort?.postMessage(JSON.stringify(exports['echo']?.(1)))
})
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
parentPort?.postMessage('ready')
