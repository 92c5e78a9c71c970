import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { z } from 'zod'

const replySchema = z.union([
  z.tuple([z.enum(['queued', 'joined', 'conflict'])]),
  z.tuple([z.literal('overloaded'), z.coerce.number(), z.string().nullable()]),
  z.tuple([
    z.literal('full'),
    z.enum(['maxQueued', 'maxQueuedBytes']),
    z.coerce.number(),
    z.coerce.number(),
    z.coerce.number(),
  ]),
])

const UNITS = { maxQueued: 'runs', maxQueuedBytes: 'bytes of runs' } as const

/** What the gate said to a run. @throws `RUN_ID_TAKEN`, `TENANT_QUEUE_FULL` or `FLEET_OVERLOADED` */
export function parseEnqueueReply(
  reply: unknown,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): 'queued' | 'joined' {
  const parsed = replySchema.parse(reply)
  switch (parsed[0]) {
    case 'queued':
    case 'joined':
      return parsed[0]
    case 'conflict':
      throw new IsolatedRuntimeError(
        'RUN_ID_TAKEN',
        `Another run of tenant "${tenant}" goes by the id "${id}"; an id joins the run it names only with the same request`,
      )
    case 'overloaded': {
      const [, retryAfterMs, why] = parsed
      throw new IsolatedRuntimeError(
        'FLEET_OVERLOADED',
        `The fleet takes no more runs: ${why ?? 'it has too much to do'}; try again in ${retryAfterMs} ms`,
        { retryAfterMs },
      )
    }
    case 'full': {
      const [, cap, limit, waiting, retryAfterMs] = parsed
      throw new IsolatedRuntimeError(
        'TENANT_QUEUE_FULL',
        `Tenant "${tenant}" has ${waiting} ${UNITS[cap]} waiting, its cap "${cap}" is ${limit}; try again in ${retryAfterMs} ms`,
        { retryAfterMs },
      )
    }
  }
}
