import { describe, expect, it } from 'vitest'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { encodedOutcomeSchema } from './outcome.ts'
import { decodeOutcome, valueOf } from './decode-outcome.ts'
import { unsuccessful } from './unsuccessful.ts'
import { usageSchema } from './usage.ts'

const report = { logs: [], logsDropped: 0, usage: usageSchema.parse({}) }

describe('an outcome', () => {
  it.each([
    ['null', null],
    ['{"a":1}', { a: 1 }],
    [undefined, undefined],
  ])('carries the value %s', (valueJson, value) => {
    expect(valueOf(decodeOutcome({ status: 'succeeded', valueJson, ...report }))).toEqual(value)
  })

  it('whose value is not JSON is the fault of the platform', () => {
    expect(() => decodeOutcome({ status: 'succeeded', valueJson: '{', ...report })).toThrow(
      expect.objectContaining({ code: 'INVALID_MESSAGE' }),
    )
  })

  it('that failed throws an error with the name, message and stack of the guest', () => {
    const stack = 'RangeError: no\n    at main (/main.js:1:1)'
    const outcome = decodeOutcome({
      status: 'failed',
      error: { code: 'GUEST_ERROR', name: 'RangeError', message: 'no', stack },
      ...report,
    })
    const thrown = catchError(() => valueOf(outcome))
    expect(thrown).toBeInstanceOf(IsolatedRuntimeError)
    expect(thrown).toMatchObject({
      code: 'GUEST_ERROR',
      fault: 'guest',
      name: 'RangeError',
      message: 'no',
      stack,
      outcome,
    })
  })

  it('made from an error is one that the schema takes', () => {
    const outcome = unsuccessful('timed-out', new IsolatedRuntimeError('TIMED_OUT', 'too long'), {
      wallMs: 5,
    })
    expect(encodedOutcomeSchema.parse(outcome)).toEqual(outcome)
    expect(outcome.usage.wallMs).toBe(5)
  })
})

function catchError(act: () => unknown): unknown {
  try {
    act()
  } catch (thrown) {
    return thrown
  }
  throw new Error('It did not throw')
}
