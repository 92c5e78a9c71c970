import { Buffer } from 'node:buffer'
import type { ErrorCode } from '@isolated-runtime/protocol'
import type { ThreadReport } from '../cell/thread-report.ts'
import type { RealmPort, SettlementKind } from '../realm/boundary.ts'
import { MAX_PROGRESS_BYTES } from '../realm/permits.ts'
import type { Realm } from '../realm/realm-maker.ts'
import { entropy } from './entropy.ts'
import type { Libraries } from './libraries.ts'
import type { ThreadTask } from './messages.ts'
import { monotonicMs } from './monotonic-ms.ts'
import type { ProgressFeed } from './progress-feed.ts'
import type { RunLog } from './run-log.ts'
import { RunTimers } from './run-timers.ts'
import type { BundleScripts } from './script-cache.ts'

/** What `performance.now` of a guest is rounded down to: a finer clock could time what is in a cache. */
const CLOCK_STEPS_PER_MS = 10

/** What `describe-error.ts` of the realm tells of what was thrown. */
type ThrownDescription = Omit<ThreadError, 'code'>

export type ThreadResult = ThreadReport['result']
type ThreadError = Exclude<ThreadResult, { status: 'succeeded' }>['error']

/**
 * Runs one function in a realm, to the moment it settles: from then on none of its timers goes off.
 *
 * @param again whether the realm goes on as the last call left it
 * @param progress gets what the guest reports; without it, there is no `reportProgress`
 */
export function runInRealm(
  realm: Realm,
  task: ThreadTask,
  scripts: Pick<BundleScripts, 'load' | 'resolve' | 'constantsJson'>,
  log: RunLog,
  libraries: Pick<Libraries, 'instantiate'>,
  again = false,
  progress?: Pick<ProgressFeed, 'tell'>,
): Promise<ThreadResult> {
  const startedAt = monotonicMs()
  const timers = new RunTimers(realm.inside.fire)
  const { promise, resolve } = Promise.withResolvers<ThreadResult>()
  const port: RealmPort = {
    load: (path) => scripts.load(path, realm.context),
    resolve: (importer, specifier) => scripts.resolve(importer, specifier),
    settle: (kind, first, second) => {
      timers.close()
      resolve(resultOf(kind, first, second, task.maxResultBytes))
    },
    log: (level, text) => {
      if (level === 'debug' || level === 'info' || level === 'warn' || level === 'error')
        log.write(level, text)
    },
    library: (name) => libraries.instantiate(name, realm.context),
    startTimer: (id, delayMs) => timers.start(id, delayMs),
    stopTimer: (id) => timers.stop(id),
    now: () => Math.floor((monotonicMs() - startedAt) * CLOCK_STEPS_PER_MS) / CLOCK_STEPS_PER_MS,
    entropy,
    progress: progress && ((json) => tell(progress, json)),
  }
  const { file, funcName, argsJson, contextJson, freezeContext } = task
  const { constantsJson } = scripts
  realm.inside.enter(port, file, funcName, argsJson, constantsJson, contextJson, freezeContext, again)
  return promise
}

function tell(progress: Pick<ProgressFeed, 'tell'>, json: string): boolean {
  if (json.length > MAX_PROGRESS_BYTES || Buffer.byteLength(json) > MAX_PROGRESS_BYTES) return false
  progress.tell(json)
  return true
}

function resultOf(
  kind: SettlementKind,
  first: string | undefined,
  second: string | undefined,
  maxBytes: number,
): ThreadResult {
  switch (kind) {
    case 'value': {
      const bytes = first === undefined ? 0 : Buffer.byteLength(first)
      if (bytes <= maxBytes) return { status: 'succeeded', valueJson: first }
      return failed(
        'RESULT_TOO_LARGE',
        `The result is ${bytes} bytes of JSON, its limit "maxResultBytes" is ${maxBytes}`,
      )
    }
    case 'threw':
      // The executor parses it by its schema, as all that comes from a cell.
      return {
        status: 'failed',
        error: { code: 'GUEST_ERROR', ...(JSON.parse(first ?? '') as ThrownDescription) },
      }
    case 'unsendable':
      return failed('RESULT_NOT_JSON', first ?? '')
    case 'refused':
      return { status: 'refused', error: errorOf(refusalCode(first), second ?? '') }
  }
}

function failed(code: ErrorCode, message: string): ThreadResult {
  return { status: 'failed', error: errorOf(code, message) }
}

export function errorOf(code: ErrorCode, message: string): ThreadError {
  return { code, name: 'IsolatedRuntimeError', message }
}

function refusalCode(code: string | undefined): ErrorCode {
  switch (code) {
    case 'FILE_NOT_FOUND':
    case 'EXPORT_NOT_FOUND':
    case 'EXPORT_NOT_FUNCTION':
      return code
    default:
      return 'INTERNAL'
  }
}
