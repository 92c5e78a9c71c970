import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startHealthServer } from './health-server.ts'

const DOCKERFILE = readFileSync(join(import.meta.dirname, '../../../Dockerfile'), 'utf8')
const COMMAND = JSON.parse(/^HEALTHCHECK[^[]*(\[.*\])$/m.exec(DOCKERFILE)?.[1] ?? '[]') as string[]

/** How the health check of the image ends where a server listens on that port. */
async function check(port: number): Promise<number | null> {
  const [file = '', ...args] = COMMAND
  const child = spawn(file, args, { env: { PORT: `${port}`, PATH: process.env['PATH'] }, stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

test('the health check of the image needs no Node.js and follows /readyz', async () => {
  expect(COMMAND[0]).toBe('bash')
  let reasons: string[] = []
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    metrics: () => undefined,
    readiness: { reasons: async () => reasons, quarantined: [], cellUser: undefined, protection: undefined },
  })
  expect(await check(server.port)).toBe(0)
  reasons = ['The executor is draining']
  expect(await check(server.port)).not.toBe(0)
  await server[Symbol.asyncDispose]()
  expect(await check(server.port)).not.toBe(0)
})
