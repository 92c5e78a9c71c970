import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const FOLDER = dirname(createRequire(import.meta.url).resolve('bullmq'))

/**
 * What we replace, wrap or count on of BullMQ's insides: a file, the beginning of its SHA-256, and what to compare it with.
 * When one has changed, compare the two, run the tests of packages/queue, and write down the new hash. Decision 0035 says why.
 */
const INSIDES: readonly (readonly [file: string, hash: string, see: string])[] = [
  [
    'scripts/moveToActive-11.js',
    '690e6c5f3e786ddf',
    'lua/parts/take.lua takes jobs in its place, and lua/gate/cancel.lua counts on its lock',
  ],
  [
    'scripts/moveToFinished-14.js',
    '2640504bbf676a74',
    'lua/gate/complete.lua and lua/parts/keep-outcome.lua complete jobs in its place, lua/gate/finish.lua after it',
  ],
  [
    'scripts/addStandardJob-9.js',
    '14f76771f7ff5f42',
    'lua/gate/enqueue.lua writes the hash of a job, and lua/parts/dispatch.lua the list and the mark',
  ],
  [
    'scripts/moveToDelayed-11.js',
    '13040c9946235f10',
    'lua/gate/put-off.lua and lua/parts/delayed.lua put jobs off in its place',
  ],
  [
    'scripts/moveStalledJobsToWait-9.js',
    'e37307f7de08a93e',
    'lua/parts/recover.lua gives lost jobs out again in its place',
  ],
  ['scripts/extendLocks-1.js', 'adb9b90538293624', 'lua/gate/renew-leases.lua renews locks in its place'],
  [
    'scripts/moveJobFromActiveToWait-9.js',
    '924358a126b95ae1',
    'bullmq/run-worker.ts hands jobs back by it: a job must be the next then, and its lock gone',
  ],
  ['scripts/removeJob-2.js', '2eff81d60dd5df34', 'bullmq/run-queue.ts removes jobs by it'],
  [
    'classes/redis-queue-backend.js',
    'bde8df9226d92286',
    'bullmq/lean-backend.ts replaces moveToActive and moveToCompleted, wraps waitForJob and uses raw2NextJobData',
  ],
  [
    'classes/worker.js',
    '310c04102cad839d',
    'bullmq/run-worker.ts overrides createJob, switches its locks and stalled check off, pauses and resumes it in one step, and changes its concurrency',
  ],
  [
    'classes/job.js',
    'fd46478e3583de6f',
    'bullmq/taken-job.ts reads its fields, bullmq/lean-backend.ts knows which of them it parses at once',
  ],
]

test("BullMQ's insides are those that we know; what has changed is to be compared with what stands in its place", () => {
  const changed = INSIDES.filter(([file, hash]) => hashOf(file) !== hash)
  const told = changed.map(([file, , see]) => `bullmq: ${file} has changed (${hashOf(file)}): ${see}`)
  expect(told).toEqual([])
})

function hashOf(file: string): string {
  return createHash('sha256')
    .update(readFileSync(join(FOLDER, file)))
    .digest('hex')
    .slice(0, 16)
}
