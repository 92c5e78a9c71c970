import { describe, expect, it } from 'vitest'
import { decodeOutcome, valueOf } from './decode-outcome.ts'
import { encodedRunErrorSchema, type EncodedRunError } from './run-error.ts'
import { usageSchema } from './usage.ts'

const base: EncodedRunError = { code: 'GUEST_ERROR', name: 'TypeError', message: 'no' }
const report = { logs: [], logsDropped: 0, usage: usageSchema.parse({}) }

function thrownFrom(error: EncodedRunError): unknown {
  try {
    valueOf(decodeOutcome({ status: 'failed', error, ...report }))
  } catch (thrown) {
    return thrown
  }
  throw new Error('It did not throw')
}

/** An error under this many others. */
function nested(depth: number, way: 'cause' | 'errors'): unknown {
  let error: object = { kind: 'error', name: 'Error', message: 'deepest' }
  for (let level = 1; level < depth; level++)
    error = { kind: 'error', name: 'Error', message: '', [way]: way === 'cause' ? error : [error] }
  return { ...base, [way]: way === 'cause' ? error : [error] }
}

describe('an error that crosses a border', () => {
  it('is told with causes and errors that are real errors', () => {
    const error = thrownFrom({
      ...base,
      stack: 'TypeError: no\n    at main (/a.ts:1:2)',
      cause: {
        kind: 'error',
        name: 'RangeError',
        message: 'low',
        stack: 'RangeError: low\n    at inner (/a.ts:3:4)',
        propertiesJson: '{"code":"E_LOW","message":"not this one"}',
        cause: { kind: 'value', text: '{"status":404}', json: '{"status":404}' },
      },
      errors: [
        { kind: 'value', text: 'Symbol(s)' },
        {
          kind: 'error',
          name: 'AggregateError',
          message: 'all',
          errors: [{ kind: 'value', text: '1', json: '1' }],
        },
      ],
    })
    expect(error).toMatchObject({
      code: 'GUEST_ERROR',
      name: 'TypeError',
      cause: { name: 'RangeError', message: 'low', code: 'E_LOW', cause: { status: 404 } },
      errors: ['Symbol(s)', { name: 'AggregateError', errors: [1] }],
    })
    const { cause, errors } = error as AggregateError
    expect(cause).toBeInstanceOf(Error)
    expect(String((cause as Error).stack)).toBe('RangeError: low\n    at inner (/a.ts:3:4)')
    expect(Object.keys(cause as Error)).toEqual(['code'])
    expect(errors[1]).toBeInstanceOf(AggregateError)
    expect(Object.keys(error as Error)).not.toContain('errors')
  })

  it('is told with what the guest added to it, and what it threw', () => {
    expect(thrownFrom({ ...base, propertiesJson: '{"code":"E_STOCK"}' })).toMatchObject({
      code: 'GUEST_ERROR',
      properties: { code: 'E_STOCK' },
    })
    expect(thrownFrom({ ...base, thrownJson: '{"status":404}' })).toMatchObject({ thrown: { status: 404 } })
    expect(thrownFrom({ ...base, thrownJson: 'null' })).toMatchObject({ thrown: null })
    expect(thrownFrom(base)).toMatchObject({ thrown: undefined, properties: undefined })
    expect(thrownFrom(base)).not.toHaveProperty('errors')
    expect(thrownFrom(base)).not.toHaveProperty('cause')
  })

  it('does not change the prototype of anything', () => {
    const propertiesJson = '{"__proto__":{"polluted":1},"constructor":1}'
    const error = thrownFrom({ ...base, cause: { kind: 'error', name: '', message: '', propertiesJson } })
    const { cause } = error as Error
    expect(cause).toBeInstanceOf(Error)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(cause).not.toHaveProperty('polluted')
  })

  it.each(['cause', 'errors'] as const)('may be 8 deep by its %s, and no deeper', (way) => {
    expect(encodedRunErrorSchema.safeParse(nested(8, way)).success).toBe(true)
    expect(encodedRunErrorSchema.safeParse(nested(9, way)).success).toBe(false)
    expect(encodedRunErrorSchema.safeParse(nested(50_000, way)).success).toBe(false)
  })

  it.each([
    ['properties that are no object', { propertiesJson: '[1]' }],
    ['properties that are no JSON', { propertiesJson: '{' }],
    ['a thrown value that is no JSON', { thrownJson: 'undefined' }],
    ['a cause that is no JSON', { cause: { kind: 'value', text: '', json: '{' } }],
    ['a cause of no kind', { cause: { name: 'Error', message: '' } }],
    ['an unknown code', { code: 'NO_SUCH_CODE' }],
    ['33 errors', { errors: Array.from({ length: 33 }, () => ({ kind: 'value', text: '' })) }],
    ['a field nobody knows', { cause: { kind: 'value', text: '', value: 1 } }],
  ])('is refused with %s', (_, fields) => {
    expect(encodedRunErrorSchema.safeParse({ ...base, ...fields }).success).toBe(false)
  })
})
