// A stock BullMQ worker in a process of its own: node stock-worker.ts <url> <queue> <no-op | process | thread>
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import echo from './stock-processor.ts'

const [, , url = '', queue = '', mode] = process.argv
const processor = mode === 'no-op' ? echo : new URL('stock-processor.ts', import.meta.url)
const worker = new Worker(queue, processor, {
  connection: new Redis(url, { maxRetriesPerRequest: null }),
  // A no-op is limited by Redis alone; processes and threads are as many as ours.
  concurrency: mode === 'no-op' ? 64 : 4,
  useWorkerThreads: mode === 'thread',
})
await worker.waitUntilReady()
process.stdout.write('ready\n')
