import { IsolatedRuntimeError } from '@isolated-runtime/protocol'

/**
 * Asks all shards for a run, of which only the id is known, and gives the answer of the first that knows it.
 *
 * @throws `RUN_NOT_FOUND` when none does; when one cannot tell, what it fails with
 */
export async function firstToKnow<Shard, Answer>(
  shards: readonly Shard[],
  ask: (shard: Shard) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await Promise.any(shards.map(ask))
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error
    const errors: readonly unknown[] = error.errors
    throw errors.find((one) => !isNotFound(one)) ?? errors[0]
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof IsolatedRuntimeError && error.code === 'RUN_NOT_FOUND'
}
