import { Buffer } from 'node:buffer'
import type { Call, ErrorCode } from '@isolated-runtime/protocol'
import type { ThreadResult } from './thread-report.ts'
import type { RealmPort, SettlementKind } from '../realm/inside/boundary.ts'
import { MAX_PROGRESS_BYTES } from '../realm/permits.ts'
import type { Realm } from '../realm/realm-maker.ts'
import { entropy } from './entropy.ts'
import type { Libraries } from './libraries.ts'
import { monotonicMs } from './monotonic-ms.ts'
import type { ProgressFeed } from './progress-feed.ts'
import type { RunLog } from './run-log.ts'
import { RunTimers } from './run-timers.ts'
import type { BundleScripts } from './script-cache.ts'

/** What `performance.now` of a guest is rounded down to: a finer clock could time what is in a cache. */
const CLOCK_STEPS_PER_MS = 10

/** What `describe-error.ts` of the realm tells of what was thrown. */
type ThrownDescription = Omit<ThreadError, 'code'>

type ThreadError = Exclude<ThreadResult, { status: 'succeeded' }>['error']

/** A call of a function with one argument list. */
export interface FunctionCall {
  readonly call: Call
  readonly argsJson: string
  /** Whether the realm goes on as the last call left it. */
  readonly again: boolean
  /** Gets what the guest reports; without it, there is no `reportProgress`. */
  readonly progress?: Pick<ProgressFeed, 'tell'> | undefined
}

/** Runs one function in a realm, to the moment it settles: from then on none of its timers goes off. */
export function runInRealm(
  realm: Realm,
  { call, argsJson, again, progress }: FunctionCall,
  scripts: Pick<BundleScripts, 'load' | 'resolve' | 'constantsJson'>,
  log: RunLog,
  libraries: Pick<Libraries, 'instantiate'>,
): Promise<ThreadResult> {
  const startedAt = monotonicMs()
  const timers = new RunTimers(realm.inside.fire)
  const { promise, resolve } = Promise.withResolvers<ThreadResult>()
  const port: RealmPort = {
    load: (path) => scripts.load(path, realm.context),
    resolve: (importer, specifier) => scripts.resolve(importer, specifier),
    settle: (kind, first, second) => {
      timers.close()
      resolve(resultOf(kind, first, second, call.limits.maxResultBytes))
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
  const { file, funcName, contextJson, freezeContext } = call
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
