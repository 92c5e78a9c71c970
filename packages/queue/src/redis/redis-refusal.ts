import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { redisFull } from './redis-full.ts'

/** What Redis says when it takes no writes for a while; a script may say it in the middle of its own words. */
const FOR_A_WHILE = /(?:^|-)(?:READONLY|MISCONF|NOREPLICAS|MASTERDOWN|LOADING|BUSY|CLUSTERDOWN|TRYAGAIN)\b/

/** Whether a Redis says that it is a replica: it was a master before, and another is that now. */
export function isReplicaNow(error: Error): boolean {
  return /(?:^|-)READONLY\b/.test(error.message)
}

/**
 * The error for what Redis refused though the question was right: it is full, its disk is, it has too few replicas, or
 * a script keeps it busy; `undefined` for every other error.
 */
export function redisRefusal(error: unknown): IsolatedRuntimeError | undefined {
  if (!(error instanceof Error) || !FOR_A_WHILE.test(error.message)) return redisFull(error)
  const message = `Redis is there, but takes no writes for now: ${error.message}`
  return new IsolatedRuntimeError('REDIS_UNREACHABLE', message, { cause: error })
}
