import { z } from 'zod'

const DEFAULT_PORT = 6379
const CLUSTER = /^redis(s?)\+cluster:\/\/(?:([^@/]*)@)?([^@/?#]+)\/?$/

/** Where a Redis is: one server, or some of the nodes of a cluster, which tell of the others. */
export type RedisAddress =
  | { readonly kind: 'server'; readonly url: string }
  | {
      readonly kind: 'cluster'
      readonly nodes: readonly RedisNode[]
      readonly isTls: boolean
      readonly username: string | undefined
      readonly password: string | undefined
    }

interface RedisNode {
  readonly host: string
  readonly port: number
}

// The value stays out of the message: it may hold a password.
const error =
  'expected a URL such as "redis://localhost:6379" or "rediss://user:password@host:6380/0", ' +
  'or for a cluster "redis+cluster://user:password@host1:6379,host2:6379"; ' +
  'special characters of user and password are percent-encoded'

/** The address of a Redis: `redis://user:password@host:port/db`, or `redis+cluster://…` with nodes of a cluster. */
export const redisUrlSchema = z.string({ error }).refine((text) => parseUrl(text) !== undefined, { error })

/** Reads a URL that {@link redisUrlSchema} has let through. */
export function parseRedisUrl(url: string): RedisAddress {
  const address = parseUrl(url)
  if (address === undefined) throw new TypeError(`Invalid Redis URL: ${error}`)
  return address
}

/** What may be said of a Redis in a message: hosts and ports, never the password. */
export function redisAddress(address: RedisAddress): string {
  const nodes = address.kind === 'server' ? [nodeOf(new URL(address.url))] : address.nodes
  return nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',')
}

function parseUrl(text: string): RedisAddress | undefined {
  const [, tls, credentials = '', hosts] = CLUSTER.exec(text) ?? []
  if (hosts === undefined) return isServerUrl(text) ? { kind: 'server', url: text } : undefined
  const nodes = hosts.split(',').map((host) => `redis://${host}`)
  if (!nodes.every(isServerUrl) || !isEncoded(credentials)) return undefined
  const [username, ...password] = credentials.split(':')
  return {
    kind: 'cluster',
    nodes: nodes.map((url) => nodeOf(new URL(url))),
    isTls: tls === 's',
    username: decodeURIComponent(username ?? '') || undefined,
    password: decodeURIComponent(password.join(':')) || undefined,
  }
}

function isServerUrl(text: string): boolean {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return false
  const { hostname, pathname } = new URL(text)
  // The path is the number of a database, if there is one.
  return hostname !== '' && /^\/?\d*$/.test(pathname)
}

function isEncoded(text: string): boolean {
  return URL.canParse(`redis://${text}@host`) && !/%(?![\da-f]{2})/i.test(text)
}

function nodeOf({ hostname, port }: URL): RedisNode {
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || DEFAULT_PORT }
}
