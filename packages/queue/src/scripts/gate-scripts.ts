import { z } from 'zod'
import { defineScript, nothing } from './define-script.ts'
import { nextJobSchema, OTHER } from './next-job.ts'

/** Redis tells the time, unless a simulation does. */
export const REDIS_TIME = ''

const USED = ['cpuMs', 'wallMs', 'bytesIn', 'bytesOut', 'startMs', 'ruinedMs'] as const

export const enqueueScript = defineScript({
  file: 'gate/enqueue.lua',
  args: [
    'time',
    'tenant',
    'job',
    'priority',
    'delayMs',
    'expiresInMs',
    'data',
    'options',
    'fingerprint',
    'bytesBeside',
    'calls',
  ],
  reply: z.union([
    z.tuple([z.enum(['queued', 'joined', 'conflict'])]),
    z.tuple([z.literal('overloaded'), z.coerce.number(), z.string().nullable()]),
    z.tuple([
      z.literal('full'),
      z.enum(['maxQueued', 'maxQueuedBytes']),
      z.coerce.number(),
      z.coerce.number(),
      z.coerce.number(),
    ]),
  ]),
})

export const takeNextScript = defineScript({
  file: 'gate/take-next.lua',
  args: ['time', 'token', 'leaseMs', 'executor', 'home'],
  reply: nextJobSchema,
})

export const completeScript = defineScript({
  file: 'gate/complete.lua',
  args: [
    'time',
    'job',
    'token',
    'outcome',
    'keepMs',
    'ends',
    ...USED,
    'leaseMs',
    'executor',
    'home',
    'inbox',
    'maxInbox',
  ],
  hasMore: true,
  reply: z.union([z.literal(OTHER), z.tuple([]), z.tuple([nextJobSchema])]),
})

export const finishScript = defineScript({
  file: 'gate/finish.lua',
  args: ['time', 'tenant', 'job', 'ends', ...USED, 'home'],
  reply: nothing,
})

export const putOffScript = defineScript({
  file: 'gate/put-off.lua',
  args: ['time', 'job', 'token', 'pauseMs', 'home'],
  reply: z.literal([0, 1]),
})

export const renewLeasesScript = defineScript({
  file: 'gate/renew-leases.lua',
  args: ['leaseMs'],
  hasMore: true,
  reply: z.array(z.string()),
})

export const removeScript = defineScript({
  file: 'gate/remove.lua',
  args: ['time', 'job', 'status'],
  reply: z.enum(['removed', 'taken', 'over', 'missing']),
})

export const cancelScript = defineScript({
  file: 'gate/cancel.lua',
  args: ['time', 'job', 'reason', 'outcome', 'channel', 'message', 'nonce', 'status'],
  reply: z.union([
    z.tuple([z.enum(['unknown', 'over', 'told'])]),
    z.tuple([z.literal('settled'), z.string(), z.string()]),
  ]),
})

export const tickScript = defineScript({
  file: 'gate/tick.lua',
  args: [
    'time',
    'executor',
    'executorSlots',
    'open',
    'deadAfterMs',
    'lookEveryMs',
    'memoryShare',
    'maxAgeMs',
    'keepOutcomeMs',
    'maxKept',
  ],
  reply: z.tuple([
    z.int(),
    z.int(),
    z.literal([0, 1]),
    z.int(),
    z.array(z.string()),
    z.array(z.string()),
    z.array(z.string()),
  ]),
})

export const hasExecutorsScript = defineScript({
  file: 'gate/has-executors.lua',
  args: ['time', 'deadAfterMs'],
  reply: z.literal([0, 1]),
})

export const loadScript = defineScript({
  file: 'gate/load.lua',
  args: ['time', 'deadAfterMs'],
  reply: z.tuple([z.int(), z.int(), z.int(), z.int(), z.int(), z.int()]),
})

export const explainScript = defineScript({
  file: 'gate/explain.lua',
  args: ['time', 'job', 'deadAfterMs'],
  reply: z.array(z.string()),
})

export const pauseTenantScript = defineScript({
  file: 'gate/pause-tenant.lua',
  args: ['time', 'tenant', 'paused'],
  reply: nothing,
})

export const setPolicyScript = defineScript({
  file: 'gate/set-policy.lua',
  args: ['time', 'tenant', 'rules'],
  hasMore: true,
  reply: nothing,
})
