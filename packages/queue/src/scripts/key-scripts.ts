import { z } from 'zod'
import { defineScript } from './define-script.ts'

export const prolongScript = defineScript({
  file: 'keys/prolong.lua',
  args: ['forMs'],
  reply: z.literal([0, 1]),
})

export const redisTimeScript = defineScript({
  file: 'keys/redis-time.lua',
  args: [],
  reply: z.int(),
})
