import { IsolatedRuntimeError, kindOf, toIsolatedRuntimeError } from '@isolated-runtime/protocol'

/**
 * Prepares every request of a list.
 *
 * @throws one error that tells what is wrong with each of those that cannot be prepared: with their code if it is the
 *   same, else `INVALID_REQUEST`; what is the platform's fault is thrown as it is
 */
export async function prepareAll<Request, Prepared>(
  requests: readonly Request[],
  prepare: (request: Request) => Promise<Prepared>,
): Promise<Prepared[]> {
  if (!Array.isArray(requests)) {
    const message = `Invalid run requests: expected an array of run requests, found ${kindOf(requests)}`
    throw new IsolatedRuntimeError('INVALID_REQUEST', message)
  }
  const settled = await Promise.allSettled(requests.map((request: Request) => prepare(request)))
  const prepared: Prepared[] = []
  const problems: { readonly index: number; readonly error: IsolatedRuntimeError }[] = []
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') prepared.push(result.value)
    else problems.push({ index, error: toIsolatedRuntimeError(result.reason) })
  }
  const [first] = problems
  if (first === undefined) return prepared
  const platform = problems.find(({ error }) => error.fault === 'platform' || error.code === 'CLOSED')
  if (platform !== undefined) throw platform.error
  const isOneCode = problems.every(({ error }) => error.code === first.error.code)
  const list = problems.map(({ index, error }) => `[${index}] ${error.message}`).join('; ')
  throw new IsolatedRuntimeError(
    isOneCode ? first.error.code : 'INVALID_REQUEST',
    `Of ${requests.length} runs ${problems.length} cannot be carried out, and none was begun: ${list}`,
    { cause: new AggregateError(problems.map(({ error }) => error)) },
  )
}
