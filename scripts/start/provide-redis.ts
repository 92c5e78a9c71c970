import { join } from 'node:path'
import { findRedis, RedisServer } from '@isolated-runtime/testing'
import { say } from '../program/say.ts'
import { lockData } from './data-lock.ts'

/** The address of a Redis: the given one, or that of a private server that is stopped with the stack. */
export async function provideRedis(
  url: string | undefined,
  dataDir: string,
  stack: AsyncDisposableStack,
): Promise<string> {
  const source = await findRedis({ url, install: true, say })
  if (source.kind === 'url') {
    say(`Redis: ${hidePassword(source.url)}, as REDIS_URL says`)
    return source.url
  }
  const dir = join(dataDir, 'redis')
  stack.use(await lockData(join(dataDir, 'start.lock')))
  const server = stack.use(await RedisServer.start({ source, dir, appendOnly: true }))
  const program = source.kind === 'docker' ? 'a container' : source.command
  say(`Redis: ${server.url}, ${program} started for this, its data in "${dir}"`)
  return server.url
}

function hidePassword(url: string): string {
  return url.replace(/:[^:@/]*@/, ':***@')
}
