import {
  IsolatedRuntimeError,
  toRunError,
  unsuccessful,
  usageSchema,
  type EncodedOutcome,
  type ItemReport,
  type RunMessage,
} from '@isolated-runtime/protocol'

/**
 * The outcome of a run whose arguments and context are too large. Of a chunk it tells of the items that are, and of no
 * others: they may be runs of different callers. Those it does not tell of are run again without them.
 *
 * @returns `undefined` if nothing is too large
 */
export function refuseArguments(
  { argsJson, items, contextJson = '' }: Pick<RunMessage, 'argsJson' | 'items' | 'contextJson'>,
  maxArgsBytes: number,
): EncodedOutcome | undefined {
  const contextBytes = Buffer.byteLength(contextJson)
  const problemOf = (json: string): IsolatedRuntimeError | undefined =>
    argumentsProblem(contextBytes + Buffer.byteLength(json), maxArgsBytes)
  if (items === undefined) {
    const problem = problemOf(argsJson)
    return problem && unsuccessful('refused', problem)
  }
  const reports = items.flatMap((json, item): ItemReport[] => {
    const problem = problemOf(json)
    if (problem === undefined) return []
    const error = toRunError(problem)
    return [{ item, status: 'refused', error, wallMs: 0, cpuMs: 0, logs: [], logsDropped: 0 }]
  })
  if (reports.length === 0) return undefined
  const usage = usageSchema.parse({})
  return { status: 'succeeded', valueJson: JSON.stringify(reports), logs: [], logsDropped: 0, usage }
}

/** What is wrong with arguments and a context of that size together. */
export function argumentsProblem(bytes: number, most: number): IsolatedRuntimeError | undefined {
  if (bytes <= most) return undefined
  return new IsolatedRuntimeError(
    'ARGUMENTS_TOO_LARGE',
    `The arguments and the context are ${bytes} bytes of JSON, the most allowed is ${most}`,
  )
}
