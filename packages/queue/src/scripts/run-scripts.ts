import { z } from 'zod'
import { defineScript, nothing } from './define-script.ts'

export const readMessageScript = defineScript({
  file: 'runs/read-message.lua',
  args: ['job'],
  reply: z.tuple([z.string(), z.number()]).nullable(),
})

export const countFailureScript = defineScript({
  file: 'runs/count-failure.lua',
  args: ['attempt', 'cpuMs', 'moreStarts'],
  reply: nothing,
})

export const noteQuarantinedScript = defineScript({
  file: 'runs/note-quarantined.lua',
  args: ['key', 'why'],
  reply: nothing,
})

export const sendReplyScript = defineScript({
  file: 'runs/send-reply.lua',
  args: ['maxInbox'],
  hasMore: true,
  reply: nothing,
})
