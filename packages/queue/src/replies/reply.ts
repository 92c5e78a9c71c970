import { parseStoredOutcome } from '../payload/outcome-payloads.ts'
import { runIdOf } from '../run/run-key.ts'
import { parseTrouble } from '../run/trouble.ts'
import type { RunResult } from '../payload/run-result.ts'

/** An entry of a reply inbox, as its client reads it. */
export interface Reply {
  /** The job of the run. */
  readonly jobId: string
  /** The number of the shard that the run lay on. */
  readonly shard: number
  /** `undefined` when the outcome was too large to be sent along: it is to be read from where it is stored. */
  readonly result: RunResult | undefined
}

const RUN = 'run'
const SHARD = 'shard'
const OUTCOME = 'outcome'
const TROUBLE = 'trouble'

/** Larger outcomes are announced only, so that the inbox of a client that does not read stays small. */
const MAX_INLINE_CHARS = 32 * 1024

/** The fields of the entry that tells of an outcome, given as JSON text. */
export function outcomeFields(jobId: string, outcomeJson: string, shard = 0): string[] {
  const fields = fieldsOf(jobId, shard)
  return outcomeJson.length > MAX_INLINE_CHARS ? fields : [...fields, OUTCOME, outcomeJson]
}

/** The fields of the entry that tells of platform trouble. */
export function troubleFields(jobId: string, reason: string, shard = 0): string[] {
  return [...fieldsOf(jobId, shard), TROUBLE, reason]
}

function fieldsOf(jobId: string, shard: number): string[] {
  return shard === 0 ? [RUN, jobId] : [RUN, jobId, SHARD, String(shard)]
}

/**
 * Reads an entry of the inbox; `undefined` for one that is no reply.
 *
 * @throws `INVALID_MESSAGE` for an outcome that is none
 */
export function parseReply(fields: readonly string[]): Reply | undefined {
  const byName = new Map<string, string>()
  for (let at = 0; at + 1 < fields.length; at += 2) byName.set(String(fields[at]), String(fields[at + 1]))
  const jobId = byName.get(RUN)
  if (jobId === undefined) return undefined
  return { jobId, shard: Number(byName.get(SHARD) ?? 0), result: resultOf(runIdOf(jobId), byName) }
}

function resultOf(runId: string, fields: ReadonlyMap<string, string>): RunResult | undefined {
  const reason = fields.get(TROUBLE)
  if (reason !== undefined) return { kind: 'trouble', error: parseTrouble(runId, reason) }
  const json = fields.get(OUTCOME)
  if (json === undefined) return undefined
  return parseStoredOutcome(json, `reply for run "${runId}"`)
}
