import { parseArgs } from 'node:util'

export const USAGE = `Usage: npm start -- [--once]

Builds everything, finds or starts a Redis, starts two executors, runs the example through them and stays up.

  --once  end after the example, with its exit code
  --help  print this

REDIS_URL is the Redis to use. Without it, a private one keeps its data in .data/redis.`

export interface StartOptions {
  readonly once: boolean
  readonly help: boolean
}

/** @throws for an argument that is not known */
export function parseOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { once: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  return values
}
