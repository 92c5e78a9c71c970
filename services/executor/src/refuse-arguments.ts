import {
  IsolatedRuntimeError,
  toRunError,
  unsuccessful,
  usageSchema,
  type Call,
  type ItemReport,
  type WorkResult,
} from '@isolated-runtime/protocol'

/**
 * What becomes of a call whose arguments and context are too large. Of a batch it tells of the items that are, and of no
 * others: they may be runs of different callers. Those it does not tell of are run again without them.
 *
 * @returns `undefined` if nothing is too large
 */
export function refuseArguments(
  { work, contextJson = '' }: Pick<Call, 'work' | 'contextJson'>,
  maxArgsBytes: number,
): WorkResult | undefined {
  const contextBytes = Buffer.byteLength(contextJson)
  const problemOf = (json: string): IsolatedRuntimeError | undefined =>
    argumentsProblem(contextBytes + Buffer.byteLength(json), maxArgsBytes)
  if (work.kind === 'call') {
    const problem = problemOf(work.argsJson)
    return problem && unsuccessful('refused', problem)
  }
  const reports = work.items.flatMap((json, item): ItemReport[] => {
    const problem = problemOf(json)
    if (problem === undefined) return []
    const error = toRunError(problem)
    return [{ item, status: 'refused', error, wallMs: 0, cpuMs: 0, logs: [], logsDropped: 0 }]
  })
  if (reports.length === 0) return undefined
  return { status: 'reported', reportsJson: JSON.stringify(reports), usage: usageSchema.parse({}) }
}

/** What is wrong with arguments and a context of that size together. */
export function argumentsProblem(bytes: number, most: number): IsolatedRuntimeError | undefined {
  if (bytes <= most) return undefined
  return new IsolatedRuntimeError(
    'ARGUMENTS_TOO_LARGE',
    `The arguments and the context are ${bytes} bytes of JSON, the most allowed is ${most}`,
  )
}
