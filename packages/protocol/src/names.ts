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

/** The key of a stored bundle. */
export function bundleKey(prefix: string, id: string): string {
  return `${prefix}:bundle:${id}`
}

/** The key of the stream that carries outcomes to one client. */
export function inboxKey(prefix: string, client: string): string {
  return `${prefix}:inbox:${client}`
}

/** The key of what a job is too small to carry. */
export function payloadKey(prefix: string, name: string): string {
  return `${prefix}:payload:${name}`
}

/** The key of the hash that holds the aliases of a tenant. */
export function aliasesKey(prefix: string, tenant: string): string {
  return `${prefix}:aliases:${escapeName(tenant)}`
}

/** The key of the hash that tells what the stored bundles of a tenant come to. */
export function bundlesOfKey(prefix: string, tenant: string): string {
  return `${prefix}:bundles-of:${escapeName(tenant)}`
}

/** The key that says how many shards a queue has. */
export function shardsKey(prefix: string, queueName: string): string {
  return `${prefix}:shards:${queueName}`
}
