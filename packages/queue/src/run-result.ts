import {
  errorCodeSchema,
  IsolatedRuntimeError,
  type EncodedOutcome,
  type ErrorCode,
} from '@isolated-runtime/protocol'
import type { StowedOutcome } from './payload/outcome-payloads.ts'

/** How a run ended for the queue: with an outcome, or with platform trouble that says nothing about the guest. */
export type RunResult =
  | { readonly kind: 'outcome'; readonly outcome: EncodedOutcome }
  /** An outcome that is still to be fetched from beside its job. */
  | { readonly kind: 'stowed'; readonly stowed: StowedOutcome }
  | { readonly kind: 'trouble'; readonly error: IsolatedRuntimeError }

/** What a failed job says of platform trouble, for people and for {@link parseTrouble}. */
export function formatTrouble(code: ErrorCode, message: string): string {
  return `${code}: ${message}`
}

/** The error a failed job tells of; whatever else BullMQ gave as the reason becomes `SANDBOX_FAILED`. */
export function parseTrouble(runId: string, reason: string): IsolatedRuntimeError {
  const [, code, message] = /^([A-Z_]+): (.*)$/s.exec(reason) ?? []
  const known = errorCodeSchema.safeParse(code)
  if (known.success && message !== undefined) return new IsolatedRuntimeError(known.data, message)
  return new IsolatedRuntimeError('SANDBOX_FAILED', `Run "${runId}" was given up by the executors: ${reason}`)
}
