import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Client } from '@isolated-runtime/client'

const RUNS = 10_000
const SOURCE = 'exports.echo = (value) => value'

/** Bytes of heap of the client for each run that it waits for; on a queue that no executor takes runs from. */
export async function measureWaiting(url: string): Promise<number> {
  await using client = await Client.connect({ redis: url, queue: 'nobody' })
  const submit = () => client.submit({ source: SOURCE, funcName: 'echo', args: ['x'.repeat(190)] })
  await submit()
  const before = heapUsed()
  const handles = await Promise.all(Array.from({ length: RUNS }, submit))
  const after = heapUsed()
  // They are in use until here.
  for (const handle of handles) handle.outcome().catch(() => undefined)
  return (after - before) / RUNS
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
