import { randomUUID } from 'node:crypto'
import { Client } from '@isolated-runtime/client'
import { freePort } from '@isolated-runtime/testing'
import { afterAll, beforeAll } from 'vitest'
import { docker } from './docker.ts'

export const IMAGE = 'isolated-runtime/executor'

/** How Kubernetes' restricted standard has a pod run. */
export const RESTRICTED = [
  '--read-only',
  '--tmpfs=/tmp',
  '--user=1000:1000',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
]

/** The fleet of docker-compose.yml; there from `beforeAll` to `afterAll`. */
export interface Fleet {
  /** Runs `docker compose` on it. */
  compose(...args: readonly string[]): Promise<string>
  /** The ids of the containers of the executors. */
  executors(): Promise<string[]>
  connect(options?: { readonly queue?: string; readonly tenant?: string }): Promise<Client>
  /** Starts one more executor on a queue of its own, with these options of `docker run`, and gives its name. */
  start(queueName: string, options: readonly string[]): Promise<string>
}

/** Builds the images and brings the fleet up, with Redis on a free port of this machine. */
export function useFleet(): Fleet {
  const project = `isolated-runtime-${randomUUID().slice(0, 8)}`
  let env: Record<string, string> = {}
  const compose = (...args: readonly string[]): Promise<string> =>
    docker(['compose', '--project-name', project, ...args], { env })
  const started: string[] = []
  beforeAll(async () => {
    env = { REDIS_PORT: `${await freePort()}` }
    await compose('build', 'executor')
    await compose('up', '--wait', '--detach')
  })
  afterAll(async () => {
    if (started.length > 0) await docker(['rm', '--force', ...started])
    await compose('down', '--volumes', '--timeout', '5')
  })
  return {
    compose,
    executors: async () => (await compose('ps', '--quiet', 'executor')).split('\n').filter(Boolean),
    connect: (options = {}) =>
      Client.connect({ redis: `redis://127.0.0.1:${env['REDIS_PORT']}`, ...options }),
    async start(queueName, options) {
      const name = `${project}-${queueName}`
      started.push(name)
      const network = ['--network', `${project}_fleet`]
      const variables = ['REDIS_URL=redis://redis:6379', `QUEUE_NAME=${queueName}`].flatMap((each) => [
        '-e',
        each,
      ])
      await docker(['run', '-d', '--name', name, ...network, ...RESTRICTED, ...variables, ...options, IMAGE])
      return name
    },
  }
}
