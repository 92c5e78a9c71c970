import { z } from 'zod'

/** What every Redis key of isolated-runtime starts with, BullMQ's own included. */
export const DEFAULT_KEY_PREFIX = 'isolated-runtime'

/** The name of the BullMQ queue that runs lie on. */
export const DEFAULT_QUEUE_NAME = 'runs'

const PLAIN_NAME = /^[\w.@-]*$/

/**
 * Writes a name that people chose as part of a key: with letters, digits, "_", ".", "@", "%" and "-" only, so that it cannot
 * hold a separator, or the braces by which a Redis Cluster places keys. Different names give different texts.
 */
export function escapeName(name: string): string {
  if (PLAIN_NAME.test(name)) return name
  return encodeURIComponent(name.toWellFormed())
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%40', '@')
}

/** Two names in one text, from which {@link splitNames} reads them: the first is a text's beginning up to its "/". */
export function joinNames(first: string, second: string): string {
  return `${escapeName(first)}/${escapeName(second)}`
}

/** The names in a text that {@link joinNames} made; `undefined` for any other text. */
export function splitNames(text: string): [first: string, second: string] | undefined {
  const [first, second, ...rest] = text.split('/')
  if (first === undefined || second === undefined || rest.length > 0) return undefined
  try {
    return [decodeURIComponent(first), decodeURIComponent(second)]
  } catch {
    return undefined
  }
}

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
