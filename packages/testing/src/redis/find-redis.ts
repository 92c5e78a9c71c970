import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { dockerProblem } from './docker-problem.ts'
import { installRedis } from './install-redis.ts'

/** A program to start a private server with. */
export type RedisServerSource =
  | { readonly kind: 'binary'; readonly command: string }
  | { readonly kind: 'docker' }

/** Where Redis is to be had: one that runs already, or a program to start one with. */
export type RedisSource = { readonly kind: 'url'; readonly url: string } | RedisServerSource

export interface FindRedisServerOptions {
  /** Install a missing server, as root on Debian. @default false */
  readonly install?: boolean
  /** Is told what is about to be done. */
  readonly say?: (line: string) => void
}

export interface FindRedisOptions extends FindRedisServerOptions {
  /** The address of a Redis that runs already, such as the value of `REDIS_URL`; it is not dialled. */
  readonly url?: string | undefined
}

/**
 * Finds Redis: the one at `url`, else a `redis-server` or `valkey-server` on PATH, else one installed now, else Docker.
 *
 * @throws an error that names the ways when none is open
 */
export async function findRedis(options: FindRedisOptions = {}): Promise<RedisSource> {
  if (options.url) return { kind: 'url', url: options.url }
  return findRedisServer(options)
}

/**
 * Finds a program to start a private server with, as {@link findRedis} does.
 *
 * @throws an error that names the ways when none is open
 */
export async function findRedisServer(options: FindRedisServerOptions = {}): Promise<RedisServerSource> {
  const command = await findBinary()
  if (command !== undefined) return { kind: 'binary', command }
  const installProblem = options.install ? await installRedis(options.say) : 'it was not to be installed'
  const installed = await findBinary()
  if (installed !== undefined) return { kind: 'binary', command: installed }
  const noDocker = await dockerProblem()
  if (noDocker === undefined) return { kind: 'docker' }
  throw new Error(
    `No Redis was found: there is no "redis-server" or "valkey-server" on PATH, ${installProblem}, and ${noDocker}; ` +
      'set REDIS_URL to the address of one that runs, install redis-server or valkey, or start Docker',
  )
}

async function findBinary(): Promise<string | undefined> {
  for (const command of ['redis-server', 'valkey-server']) {
    try {
      await promisify(execFile)(command, ['--version'])
      return command
    } catch (error) {
      if (!isMissing(error)) throw new Error(`"${command} --version" failed`, { cause: error })
    }
  }
  return undefined
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
