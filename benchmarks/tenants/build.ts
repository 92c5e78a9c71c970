import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Client } from '@isolated-runtime/client'
import { boundToParent, RedisServer, startProcess, type StartedProcess } from '@isolated-runtime/testing'

/** A contender: a folder with a build of this project, and how its executors are set up. */
export interface Build {
  readonly name: string
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

/** A client of a build, and executors of the same build behind it. */
export interface Fleet extends AsyncDisposable {
  readonly client: Client
}

type ClientModule = typeof import('@isolated-runtime/client')

/** Starts a private Redis, executors, and a client, all of them as the build has them. */
export async function startFleet({ folder, env }: Build, executors: number): Promise<Fleet> {
  await using stack = new AsyncDisposableStack()
  const redis = stack.use(await RedisServer.start())
  for (let at = 0; at < executors; at++) stack.use(await startExecutor(folder, redis.url, env))
  const file = pathToFileURL(join(folder, 'packages/client/dist/index.js')).href
  const { Client: ClientOfBuild } = (await import(file)) as ClientModule
  const client = stack.use(await ClientOfBuild.connect({ redis: redis.url, expiresInMs: 600_000 }))
  const release = stack.move()
  return { client, [Symbol.asyncDispose]: () => release.disposeAsync() }
}

async function startExecutor(folder: string, url: string, env: Build['env']): Promise<StartedProcess> {
  const main = join(folder, 'services/executor/dist/main.js')
  const executor = await startProcess(...boundToParent(process.execPath, [main]), {
    env: { ...process.env, REDIS_URL: url, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...env },
  })
  await executor.waitForLine(/"msg":"ready"/, 30_000)
  return executor
}
