import { z } from 'zod'

const DEFAULT_PORT = '6379'

// The value stays out of the message: it may hold a password.
const error = 'expected a URL such as "redis://localhost:6379" or "rediss://user:password@host:6380/0"'

/** The address of a Redis: `redis://user:password@host:port/db`, or `rediss://…` for TLS. */
export const redisUrlSchema = z.string({ error }).refine(isRedisUrl, { error })

/** What may be said of a Redis in a message: host and port, never the password. */
export function redisAddress(url: string): string {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port || DEFAULT_PORT}`
}

function isRedisUrl(text: string): boolean {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return false
  const { hostname, pathname } = new URL(text)
  // The path is the number of a database, if there is one.
  return hostname !== '' && /^\/?\d*$/.test(pathname)
}
