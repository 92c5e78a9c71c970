import { parentPort, workerData } from 'node:worker_threads'
import { NodeVM } from 'vm2'

interface Work {
  readonly code: string
  readonly funcName: string
}

const { code, funcName } = workerData as Work
parentPort?.on('message', (input: string) => {
  const exports = new NodeVM().run(code) as Record<string, (input: unknown) => unknown>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
  parentPort?.postMessage(JSON.stringify(exports[funcName]?.(JSON.parse(input))))
})
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
parentPort?.postMessage('ready')
