import { startProcess, useRedis, type StartedProcess } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'

// It builds what has changed first.
const PATIENCE_MS = 120_000

const redis = useRedis()

const start = (...args: string[]): Promise<StartedProcess> =>
  startProcess(process.execPath, ['scripts/start.mjs', ...args], {
    env: { ...process.env, REDIS_URL: redis.url },
  })

test('npm start -- --once runs the example on the fleet and ends', { timeout: PATIENCE_MS }, async () => {
  await using started = await start('--once')
  expect(await started.exit).toEqual({ code: 0, signal: null })
  expect(started.lines).toContain(`Redis: ${redis.url}, as REDIS_URL says`)
  expect(started.lines).toContain('All of it ran on the fleet.')
})

test('npm start stays up until it is told to stop', { timeout: PATIENCE_MS }, async () => {
  await using started = await start()
  await started.waitForLine(/^Ctrl-C stops it/, PATIENCE_MS)
  started.kill('SIGINT')
  expect(await started.exit).toEqual({ code: 0, signal: null })
})

test('npm start refuses an argument that it does not know', async () => {
  await using started = await start('--twice')
  expect(await started.exit).toEqual({ code: 1, signal: null })
  expect(started.lines.join('\n')).toContain("Unknown option '--twice'")
})
