import { z } from 'zod'
import { defineScript, nothing } from './define-script.ts'

export const putScheduleScript = defineScript({
  file: 'schedules/put.lua',
  args: ['name', 'definition', 'timing', 'generation', 'from', 'to', 'most'],
  reply: z.int().nullable(),
})

export const pauseScheduleScript = defineScript({
  file: 'schedules/pause.lua',
  args: ['name', 'isPaused'],
  reply: z.literal([0, 1]),
})

export const claimTickScript = defineScript({
  file: 'schedules/claim.lua',
  args: ['name', 'generation', 'dueAt', 'run', 'expected', 'wish'],
  reply: z.enum(['run', 'skip', 'other', 'paused', 'stale', 'gone']),
})

export const tellScheduleScript = defineScript({
  file: 'schedules/tell.lua',
  args: ['name', 'run', 'status', 'code', 'text'],
  reply: nothing,
})

export const takeTickScript = defineScript({
  file: 'schedules/take-tick.lua',
  args: ['holdMs'],
  reply: z.union([
    z.tuple([z.literal('tick'), z.string()]),
    z.tuple([z.literal('due'), z.string(), z.string(), z.int(), z.array(z.string())]),
    z.tuple([z.literal('upkeep')]),
    z.tuple([z.literal('wait'), z.int()]),
  ]),
})

export const advanceScript = defineScript({
  file: 'schedules/advance.lua',
  args: ['name', 'dueAt', 'generation', 'ticks', 'nextAt', 'holdMs'],
  reply: z.string().nullable(),
})

export const setDueScript = defineScript({
  file: 'schedules/set-due.lua',
  args: ['name', 'generation', 'isPaused', 'dueAt'],
  reply: z.literal([0, 1]),
})

export const putOffTickScript = defineScript({
  file: 'schedules/put-off-tick.lua',
  args: ['tick', 'pauseMs'],
  reply: nothing,
})
