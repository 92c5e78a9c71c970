import { IsolatedRuntimeError, type SourceProblem } from '@isolated-runtime/protocol'

/** Shown in a message; the others are told as properties. */
const MAX_SHOWN = 10
/** Told at all: generated code may have a mistake in each line. */
const MAX_TOLD = 1_000

/** What is wrong with a folder, collected so that all of it is told at once. */
export class Problems {
  readonly #errors: IsolatedRuntimeError[] = []

  /** The result of some work on the folder; `instead` where the folder is at fault. @throws whatever else fails */
  async collect<Result>(work: () => Promise<Result>, instead: Result): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof IsolatedRuntimeError) || error.problems.length === 0) throw error
      this.#errors.push(error)
      return instead
    }
  }

  /** The errors as one; `undefined` if there is none. */
  get error(): IsolatedRuntimeError | undefined {
    return this.#errors.length === 0 ? undefined : combined(this.#errors)
  }
}

/** Several errors as one, in the order of their places. */
export function combined(errors: readonly IsolatedRuntimeError[]): IsolatedRuntimeError {
  const sorted = errors.toSorted((a, b) => byPlace(a.problems[0], b.problems[0]))
  const [first] = sorted
  if (first === undefined) throw new IsolatedRuntimeError('INTERNAL', 'There is no error to tell')
  if (sorted.length === 1) return first
  const problems = sorted.flatMap((error) => error.problems).toSorted(byPlace)
  const shown = sorted.slice(0, MAX_SHOWN).map(({ message }) => message)
  if (sorted.length > MAX_SHOWN) shown.push(`and ${sorted.length - MAX_SHOWN} more`)
  return new IsolatedRuntimeError(first.code, shown.join('\n\n'), {
    cause: first.cause,
    problems: problems.slice(0, MAX_TOLD),
  })
}

function byPlace(a: SourceProblem | undefined, b: SourceProblem | undefined): number {
  const [one = '', other = ''] = [a?.file, b?.file]
  if (one !== other) return one < other ? -1 : 1
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0)
}
