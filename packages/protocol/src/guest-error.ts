import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import type { Outcome } from './outcome.ts'
import type { Thrown } from './run-error.ts'

/** Causes can be told apart by `instanceof`, as where they were thrown. */
const BUILTINS: ReadonlyMap<string, ErrorConstructor> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((builtin) => [
    builtin.name,
    builtin,
  ]),
)

/** The error that an outcome other than `succeeded` is told as: of the guest's own name, message, stack and causes. */
export function errorOf(outcome: Exclude<Outcome, { status: 'succeeded' }>): IsolatedRuntimeError {
  const { code, name, message, stack, cause, errors } = outcome.error
  const error = new IsolatedRuntimeError(code, message, {
    outcome,
    ...(cause && { cause: revive(cause) }),
    ...(errors && { errors: errors.map(revive) }),
  })
  // The stack of this place says nothing to anybody: the failure happened in the guest.
  error.name = name
  error.stack = stack ?? `${name}: ${message}`
  return error
}

function revive(thrown: Thrown): unknown {
  if (thrown.kind === 'value') return 'value' in thrown ? thrown.value : thrown.text
  const { name, message, stack, properties = {}, cause, errors } = thrown
  const options = cause && { cause: revive(cause) }
  const error = errors
    ? new AggregateError(errors.map(revive), message, options)
    : new (BUILTINS.get(name) ?? Error)(message, options)
  // As on errors that were thrown here, only what the guest added is enumerable.
  define(error, 'name', name, false)
  define(error, 'stack', stack ?? `${name}: ${message}`, false)
  for (const [key, value] of Object.entries(properties))
    if (!Object.hasOwn(error, key)) define(error, key, value, true)
  return error
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
}
