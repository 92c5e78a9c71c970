import { decodeOutcome, type EncodedOutcome } from '@isolated-runtime/protocol'
import { expect } from 'vitest'
import type { Call } from '../../src/fixtures/call-guest.ts'
import type { Expected } from '../attack.ts'

/** A run that harms nobody, and what it gives where nobody has harmed it. */
export const INNOCENT: { readonly call: Call; readonly expected: Expected } = {
  call: {
    code: 'exports.main = async (numbers) => ({ sum: numbers.reduce((a, b) => a + b), text: `${new Date(0).toJSON()}` })',
    args: [[1, 2, 3]],
  },
  expected: { status: 'succeeded', value: { sum: 6, text: '1970-01-01T00:00:00.000Z' } },
}

export function expectOutcome(outcome: EncodedOutcome, expected: Expected): void {
  const { status, ...rest } = decodeOutcome(outcome)
  if (expected.status === 'succeeded') {
    const got = 'value' in rest ? rest.value : rest.error
    expect({ status, got }).toEqual({ status: expected.status, got: expected.value })
    return
  }
  const { message, ...error } = expected.error
  const got = 'error' in rest ? rest.error : { value: rest.value }
  expect({ status, got }).toMatchObject({ status: expected.status, got: error })
  if (message !== undefined) expect(got).toMatchObject({ message: expect.stringMatching(message) as string })
}
