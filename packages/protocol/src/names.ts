/** What every Redis key of isolated-runtime starts with, BullMQ's own included. */
export const DEFAULT_KEY_PREFIX = 'isolated-runtime'

/** The name of the BullMQ queue that runs lie on. */
export const DEFAULT_QUEUE_NAME = 'runs'

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
  return `${prefix}:aliases:${tenant}`
}

/** The key that says how many shards a queue has. */
export function shardsKey(prefix: string, queueName: string): string {
  return `${prefix}:shards:${queueName}`
}
