import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { boundToParent, guestFolder, startProcess, useRedis } from '@isolated-runtime/testing'
import { beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')
const TOUR = join(import.meta.dirname, 'fixtures/tour.mjs')
const redis = useRedis()

// Published code differs from the sources: newer syntax is compiled away.
beforeAll(async () => {
  const turbo = join(ROOT, 'node_modules/.bin/turbo')
  const built = await run(turbo, ['run', 'build', '--filter=@isolated-runtime/client'])
  if (built.code !== 0) throw new Error(`The client could not be built: ${built.lines.join('\n')}`)
}, 120_000)

test('the built client deploys, schedules, submits and cancels', async () => {
  expect(await tour(process.execPath)).toEqual({ code: 0, lines: [TOURED] })
})

const older = olderNode()

test.runIf(older !== undefined)(
  'on an older Node.js it does the same, or says that it is too old',
  async () => {
    const { path = '', canRun = false } = older ?? {}
    expect(await tour(path)).toEqual(canRun ? { code: 0, lines: [TOURED] } : { code: 1, lines: [TOO_OLD] })
  },
)

const TOURED = '{"files":1,"nights":[30,30],"status":"cancelled"}'
const TOO_OLD = expect.stringMatching(
  /^NODE_TOO_OLD: This is Node\.js [\d.]+, isolated-runtime needs 22\.15 or newer$/,
) as string

async function tour(node: string) {
  await using guest = await guestFolder({ 'a.ts': 'export const f = (n: number): number => n + 1' })
  return await run(node, [TOUR, redis.url, redis.uniquePrefix(), guest.path])
}

async function run(command: string, args: string[]) {
  await using started = await startProcess(...boundToParent(command, args), { cwd: ROOT })
  const { code } = await started.exit
  return { code, lines: started.lines }
}

/** A Node.js on the path that is older than this one. */
function olderNode(): { readonly path: string; readonly canRun: boolean } | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'node')
    if (!existsSync(path)) continue
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).slice(1)
    const [major = 0, minor = 0] = version.split('.').map(Number)
    if (major < 26) return { path, canRun: major > 22 || (major === 22 && minor >= 15) }
  }
  return undefined
}
