import { z } from 'zod'
import { defineScript } from './define-script.ts'

export const countBundleScript = defineScript({
  file: 'bundles/count.lua',
  args: ['id', 'bytes', 'forMs', 'most'],
  reply: z.tuple([z.literal([0, 1]), z.number()]),
})

export const moveAliasScript = defineScript({
  file: 'bundles/move-alias.lua',
  args: ['alias', 'bundle', 'by', 'expected', 'most'],
  reply: z.string().nullable(),
})
