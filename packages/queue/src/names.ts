import { z } from 'zod'

/** The name of a queue; the braces are for Redis Cluster, which keeps keys with the same text in braces together. */
export const queueNameSchema = z
  .string()
  .max(128)
  .regex(/^[\w.@{}-]+$/, 'expected letters, digits, ".", "_", "@", "{", "}" and "-"')

/** What the keys of one installation start with. */
export const keyPrefixSchema = z
  .string()
  .max(128)
  .regex(/^[\w.@{}:-]+$/, 'expected letters, digits, ".", "_", "@", "{", "}", ":" and "-"')
