import { ERROR_CODES, type ErrorCode, type Fault } from './error-codes.ts'
import type { Outcome } from './outcome.ts'

/** What is wrong in one place of a folder of guest code. */
export interface SourceProblem {
  readonly code: ErrorCode
  /** In a sentence, without the place. */
  readonly message: string
  /** The path inside the bundle, such as `/rules/vat.ts`. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** From 1, in UTF-16 code units. */
  readonly column?: number
}

export interface IsolatedRuntimeErrorOptions {
  cause?: unknown
  /** The outcome this error was made from, if the run got that far. */
  outcome?: Outcome
  /** When the same call may succeed, as a guess. */
  retryAfterMs?: number | undefined
  /** Those of an AggregateError that the guest threw. */
  errors?: readonly unknown[]
  /** Those of the guest code, in the order of its files. */
  problems?: readonly SourceProblem[]
}

/**
 * The one error class of isolated-runtime. Match on `code`, not on the class:
 * two copies of this package may be installed side by side.
 */
export class IsolatedRuntimeError extends Error {
  override name = 'IsolatedRuntimeError'
  readonly code: ErrorCode
  readonly outcome: Outcome | undefined
  /** When the same call may succeed, in milliseconds from now; a guess, given by what refuses for a while. */
  readonly retryAfterMs: number | undefined
  /** All that is wrong with the guest code, in the order of its files; empty for errors of other kinds. */
  readonly problems: readonly SourceProblem[]
  /** The errors of an AggregateError that the guest threw. */
  declare readonly errors?: readonly unknown[]

  constructor(code: ErrorCode, message: string, options: IsolatedRuntimeErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.outcome = options.outcome
    this.retryAfterMs = options.retryAfterMs
    this.problems = options.problems ?? []
    // Where an AggregateError has them, and as hidden as there.
    if (options.errors !== undefined)
      Object.defineProperty(this, 'errors', { value: options.errors, writable: true, configurable: true })
  }

  /** The file of the first of the `problems`, as a path inside the bundle. */
  get file(): string | undefined {
    return this.problems[0]?.file
  }

  /** The line of the first of the `problems`, from 1. */
  get line(): number | undefined {
    return this.problems[0]?.line
  }

  /** The column of the first of the `problems`, from 1. */
  get column(): number | undefined {
    return this.problems[0]?.column
  }

  /** Who has to act: `'guest'`, `'caller'` or `'platform'`. */
  get fault(): Fault {
    return ERROR_CODES[this.code].fault
  }

  /** What the guest threw if that was no error, as in `throw { status: 404 }`, and JSON can carry it. */
  get thrown(): unknown {
    return this.outcome?.status === 'succeeded' ? undefined : this.outcome?.error.thrown
  }

  /** What the guest added to the error it threw, such as a `code` of its own, as far as JSON can carry it. */
  get properties(): Readonly<Record<string, unknown>> | undefined {
    return this.outcome?.status === 'succeeded' ? undefined : this.outcome?.error.properties
  }

  /** Whether the same call may succeed later without being changed. */
  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable
  }
}

/** Turns whatever was thrown into an `IsolatedRuntimeError`, as `INTERNAL` if it is none yet. */
export function toIsolatedRuntimeError(thrown: unknown): IsolatedRuntimeError {
  if (thrown instanceof IsolatedRuntimeError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new IsolatedRuntimeError('INTERNAL', message, { cause: thrown })
}
