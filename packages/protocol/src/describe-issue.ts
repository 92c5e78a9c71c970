import type { z } from 'zod'

type RawIssue = z.core.$ZodRawIssue

const MAX_SHOWN_CHARS = 60

const NOUNS: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
}

/**
 * Says of what a schema refuses what would be right, and what is there: of numbers their value, of strings nothing, as they
 * may be secret, unless it is one of a few words that is expected.
 *
 * @returns `undefined` for what zod's own words are as good for
 */
export function describeIssue(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const noun = NOUNS[issue.expected]
      return noun && `expected ${noun}, found ${kindOf(issue.input)}`
    }
    case 'too_small':
      return describeSize(issue, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)
    case 'too_big':
      return describeSize(issue, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)
    case 'invalid_value': {
      const values = issue.values.map((value) => shown(value)).join(', ')
      return `expected ${issue.values.length === 1 ? '' : 'one of '}${values}, found ${shown(issue.input)}`
    }
    default:
      return undefined
  }
}

/** What something is, for a message, with the beginning of a string. */
export function shown(value: unknown): string {
  if (typeof value !== 'string') return kindOf(value)
  return JSON.stringify(value.length > MAX_SHOWN_CHARS ? `${value.slice(0, MAX_SHOWN_CHARS)}…` : value)
}

/** What something is, for a message: `an array`, `a string`, `7`, `null`. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  switch (typeof value) {
    case 'string':
      return 'a string'
    case 'object':
      return value === null ? 'null' : 'an object'
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    default:
      return String(value)
  }
}

/** The words for what is no such thing, for schemas that zod has none for. */
export function expecting(what: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => `expected ${what}, found ${kindOf(input)}`
}

function describeSize(
  { origin, input }: Extract<RawIssue, { code: 'too_small' | 'too_big' }>,
  bound: string,
  size: number | bigint,
): string | undefined {
  switch (origin) {
    case 'string':
      return `expected ${bound} ${counted(size, 'character')}, found ${String(input).length}`
    case 'array':
      return `expected ${bound} ${counted(size, 'item')}, found ${Array.isArray(input) ? input.length : 0}`
    case 'number':
    case 'int':
      return `expected ${bound} ${size}, found ${String(input)}`
    default:
      return undefined
  }
}

function counted(count: number | bigint, noun: string): string {
  return `${count} ${noun}${Number(count) === 1 ? '' : 's'}`
}
