import { z } from 'zod'
import { errorOf } from './guest-error.ts'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import type { BatchResult, EncodedOutcome, Outcome, Unsuccessful, WorkResult } from './outcome.ts'
import { parseGuestJson, parseJson } from './parse.ts'
import { decodeRunError } from './run-error.ts'

/** The outcome of a single call. @throws `INVALID_MESSAGE` for the result of a batch */
export function outcomeOfCall(result: WorkResult): EncodedOutcome {
  if (result.status !== 'reported') return result
  throw new IsolatedRuntimeError('INVALID_MESSAGE', 'The outcome of a call is that of a batch of calls')
}

/** The result of a batch. @throws `INVALID_MESSAGE` for the value of a single call */
export function resultOfBatch(result: WorkResult): BatchResult | Unsuccessful {
  if (result.status !== 'succeeded') return result
  throw new IsolatedRuntimeError('INVALID_MESSAGE', 'The result of a batch is that of a single call')
}

/** Turns the JSON texts of an outcome into values. @throws `INVALID_MESSAGE` if the value is not JSON */
export function decodeOutcome(encoded: EncodedOutcome): Outcome {
  if (encoded.status !== 'succeeded') return { ...encoded, error: decodeRunError(encoded.error) }
  const { valueJson, ...rest } = encoded
  if (valueJson === undefined) return { ...rest, value: undefined }
  return { ...rest, value: parseJson(z.unknown(), valueJson, 'value of an outcome', 'INVALID_MESSAGE') }
}

/** The same as {@link decodeOutcome}; a large value lets others have the event loop while it is parsed. */
export async function decodeOutcomeInSlices(encoded: EncodedOutcome): Promise<Outcome> {
  if (encoded.status !== 'succeeded' || encoded.valueJson === undefined) return decodeOutcome(encoded)
  const { valueJson, ...rest } = encoded
  return { ...rest, value: await parseGuestJson(valueJson, 'value of an outcome') }
}

/**
 * The value of an outcome.
 *
 * @throws {IsolatedRuntimeError} for every status but `succeeded`. For `failed` the error has the name, message, stack,
 *   `cause` and `errors` of the guest's own error.
 */
export function valueOf(outcome: Outcome): unknown {
  if (outcome.status === 'succeeded') return outcome.value
  throw errorOf(outcome)
}
