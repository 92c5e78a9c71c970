import { IsolatedRuntimeError, type ErrorCode, type RunMessage } from '@isolated-runtime/protocol'
import type { EnqueueOptions, Gate } from '../gate/gate.ts'
import type { QueuedRun, RunPayloads } from '../payload/run-payloads.ts'

/** What the gate says to a run that it has not taken in. */
const REFUSALS: readonly ErrorCode[] = ['RUN_ID_TAKEN', 'TENANT_QUEUE_FULL', 'FLEET_OVERLOADED']

/**
 * Puts a run on the queue, with its values beside it where they are large; of a run that is refused nothing stays.
 * `joined` if it was there already.
 *
 * @param signal keeps it off the queue when it is aborted before Redis was asked to take it
 * @throws as {@link Gate.enqueue} does
 */
export async function enqueueStowed(
  gate: Gate,
  payloads: RunPayloads,
  message: RunMessage,
  options: EnqueueOptions,
  signal?: AbortSignal,
): Promise<{ readonly queued: QueuedRun; readonly added: 'queued' | 'joined' }> {
  const queued = await payloads.stow(message)
  if (signal?.aborted === true) {
    await payloads.drop(queued)
    throw new IsolatedRuntimeError(
      'RUN_CANCELLED',
      `Run "${message.id}" was given up before it was on the queue`,
    )
  }
  try {
    return { queued, added: await gate.enqueue(queued, options) }
  } catch (error) {
    // Whatever else went wrong, the run may be on the queue: then its values expire in their time.
    if (error instanceof IsolatedRuntimeError && REFUSALS.includes(error.code)) await payloads.drop(queued)
    throw error
  }
}
