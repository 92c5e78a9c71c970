import {
  IsolatedRuntimeError,
  parse,
  parseJson,
  workResultSchema,
  type WorkResult,
} from '@isolated-runtime/protocol'
import { z } from 'zod'
import { runIdOf } from '../run/run-key.ts'
import { stowedOutcomeSchema, type RunResult, type StoredOutcome, type StowedOutcome } from './run-result.ts'
import type { PayloadStore } from './payload-store.ts'
import { INLINE_CHARS } from './run-payloads.ts'

/** What became of a run, by what its job holds. @throws `INVALID_MESSAGE` */
export function parseStoredOutcome(json: string, what: string): RunResult {
  const stored = parseJson(z.looseObject({}), json, what, 'INVALID_MESSAGE')
  if (!('payload' in stored)) {
    return { kind: 'outcome', outcome: parse(workResultSchema, stored, what, 'INVALID_MESSAGE') }
  }
  return { kind: 'stowed', stowed: parse(stowedOutcomeSchema, stored, what, 'INVALID_MESSAGE') }
}

/** Puts outcomes beside their jobs where they are large. */
export class OutcomePayloads {
  readonly #store: PayloadStore

  constructor(store: PayloadStore) {
    this.#store = store
  }

  /**
   * Stores an outcome for some milliseconds, and gives what its job is to hold. A full Redis takes nothing new, but still
   * lets jobs be completed: then the job holds all of it.
   */
  async stow(jobId: string, outcome: WorkResult, keepMs: number): Promise<StoredOutcome> {
    if (sizeOf(outcome) < INLINE_CHARS) return outcome
    const { status, usage } = outcome
    try {
      return { status, usage, payload: await this.#store.put(jobId, JSON.stringify(outcome), keepMs) }
    } catch (error) {
      if (error instanceof IsolatedRuntimeError && error.code === 'FLEET_OVERLOADED') return outcome
      throw error
    }
  }

  /** Keeps what lies beside a job for some milliseconds from now on. */
  async keep({ payload }: StowedOutcome, keepMs: number): Promise<void> {
    await this.#store.expire(payload.name, keepMs)
  }

  /** The outcome as it was; one that cannot be had any more is trouble. @throws what Redis fails with */
  async restore(jobId: string, { payload }: StowedOutcome): Promise<RunResult> {
    const what = `outcome of run "${runIdOf(jobId)}"`
    try {
      const text = await this.#store.get(payload, what)
      return { kind: 'outcome', outcome: parseJson(workResultSchema, text, what, 'INVALID_MESSAGE') }
    } catch (error) {
      if (error instanceof IsolatedRuntimeError) return { kind: 'trouble', error }
      throw error
    }
  }
}

/** Small ones are not written out for it. */
function sizeOf(outcome: WorkResult): number {
  if (outcome.status === 'reported') return outcome.reportsJson.length
  const told =
    outcome.status === 'succeeded' ? (outcome.valueJson?.length ?? 0) : JSON.stringify(outcome.error).length
  return outcome.logs.reduce((size, { text }) => size + text.length, told)
}
