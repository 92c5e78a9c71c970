import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from '@isolated-runtime/client'
import { TcpProxy, useRedis } from '@isolated-runtime/testing'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { readConfig } from '../config.ts'
import { Executor } from '../executor.ts'

const redis = useRedis()

async function scrape(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/plain')
  return response.text()
}

test('runs, slots, the load of the fleet and the protection are in /metrics, and all of it in its page', async () => {
  const keyPrefix = redis.uniquePrefix()
  const env = { REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, HOST: '127.0.0.1', PORT: '0', CELLS: '2' }
  await using executor = await Executor.start(readConfig(env), pino({ level: 'silent' }))
  await using client = await Client.connect({ redis: redis.url, keyPrefix })
  const source = 'exports.one = () => 1; exports.no = () => { throw new Error("no") }'
  await client.run({ source, funcName: 'one' })
  await client.outcome({ source, funcName: 'no' })
  const text = await scrape(executor.port)
  expect(text).toMatch(/^isolated_runtime_runs_total\{status="succeeded",code=""\} 1$/m)
  expect(text).toMatch(/^isolated_runtime_runs_total\{status="failed",code="GUEST_ERROR"\} 1$/m)
  expect(text).toMatch(/^isolated_runtime_run_duration_seconds_count 2$/m)
  expect(text).toMatch(/^isolated_runtime_executor_slots 4$/m)
  expect(text).toMatch(/^isolated_runtime_slots\{queue="runs"\} 4$/m)
  expect(text).toMatch(/^isolated_runtime_load\{queue="runs"\} 0$/m)
  expect(text).toMatch(/^isolated_runtime_oldest_waiting_seconds\{queue="runs"\} 0$/m)
  expect(text).toMatch(/^isolated_runtime_protection\{measure="permission-model"\} 1$/m)
  const page = await readFile(join(import.meta.dirname, '../../../../docs/operate/metrics.md'), 'utf8')
  const told = [...text.matchAll(/^# TYPE (isolated_runtime_\S+)/gm)].map(([, name]) => name)
  const listed = [...page.matchAll(/^\| `(isolated_runtime_\w+)`/gm)].map(([, name]) => name)
  expect(new Set(listed)).toEqual(new Set(told))
  expect(text).toMatch(/^isolated_runtime_executor_info\{.*protection="\w+"\} 1$/m)
})

test('while Redis is away, /metrics answers without the load of the fleet', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  const env = {
    REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
    KEY_PREFIX: redis.uniquePrefix(),
    HOST: '127.0.0.1',
    PORT: '0',
    CELLS: '1',
    DRAIN_GRACE_MS: '0',
  }
  await using executor = await Executor.start(readConfig(env), pino({ level: 'silent' }))
  expect(await scrape(executor.port)).toMatch(/^isolated_runtime_redis_up 1$/m)
  proxy.blackhole()
  await vi.waitFor(
    async () => expect(await scrape(executor.port)).toMatch(/^isolated_runtime_redis_up 0$/m),
    10_000,
  )
  expect(await scrape(executor.port)).not.toMatch(/^isolated_runtime_load\{/m)
  proxy.heal()
})
