import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { enqueueScript } from '../scripts/gate-scripts.ts'

type EnqueueReply = Awaited<ReturnType<typeof enqueueScript>>

const UNITS = { maxQueued: 'runs', maxQueuedBytes: 'bytes of runs' } as const

/** What the gate said to a run. @throws `RUN_ID_TAKEN`, `TENANT_QUEUE_FULL` or `FLEET_OVERLOADED` */
export function heedEnqueueReply(
  reply: EnqueueReply,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): 'queued' | 'joined' {
  switch (reply[0]) {
    case 'queued':
    case 'joined':
      return reply[0]
    case 'conflict':
      throw new IsolatedRuntimeError(
        'RUN_ID_TAKEN',
        `Another run of tenant "${tenant}" goes by the id "${id}"; an id joins the run it names only with the same request`,
      )
    case 'overloaded': {
      const [, retryAfterMs, why] = reply
      throw new IsolatedRuntimeError(
        'FLEET_OVERLOADED',
        `The fleet takes no more runs: ${why ?? 'it has too much to do'}; try again in ${retryAfterMs} ms`,
        { retryAfterMs },
      )
    }
    case 'full': {
      const [, cap, limit, waiting, retryAfterMs] = reply
      throw new IsolatedRuntimeError(
        'TENANT_QUEUE_FULL',
        `Tenant "${tenant}" has ${waiting} ${UNITS[cap]} waiting, its cap "${cap}" is ${limit}; try again in ${retryAfterMs} ms`,
        { retryAfterMs },
      )
    }
  }
}
