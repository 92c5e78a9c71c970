import { readFileSync } from 'node:fs'
import { latch, startProcess } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { EsbuildPool, type EsbuildWork } from './esbuild-pool.ts'
import type { Esbuild } from './load-esbuild.ts'
import { packFor } from './packing-tenant.ts'

const OPTIONS = { deadlineMs: 500, patienceMs: 100 }

const transform = (text: string): EsbuildWork<string> => ({
  start: async ({ transform: run }) => (await run(text, { loader: 'ts' })).code,
  content: [text],
})

/** A build that waits for `load`, as one waits for a parser that does not come to an end. */
function buildThat(
  load: () => Promise<string> | string,
  content?: string,
): EsbuildWork<string> & { starts: number } {
  const work = {
    starts: 0,
    ...(content !== undefined && { content: [content] }),
    start: async ({ build }: Esbuild) => {
      work.starts++
      const plugin = {
        name: 'load',
        setup: (
          asked: Parameters<NonNullable<Parameters<Esbuild['build']>[0]['plugins']>[0]['setup']>[0],
        ) => {
          asked.onResolve({ filter: /(?:)/ }, ({ path }) => ({ path, namespace: 'test' }))
          asked.onLoad({ filter: /(?:)/ }, async () => ({ contents: await load() }))
        },
      }
      const built = await build({
        entryPoints: ['entry'],
        write: false,
        plugins: [plugin],
        logLevel: 'silent',
      })
      return built.outputFiles[0]?.text ?? ''
    },
  }
  return work
}

const hang = (): Promise<string> => new Promise(() => {})

/** The processes of esbuild that this program has started. */
function esbuildProcesses(): number[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  return children.split(' ').filter(Boolean).map(Number).filter(isEsbuild)
}

function isEsbuild(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--service=')
  } catch {
    return false
  }
}

describe('work that does not come to an end', () => {
  test('fails at its deadline, and equal work fails at once', async () => {
    const pool = new EsbuildPool(OPTIONS)
    const endless = buildThat(hang, 'endless')
    await expect(pool.run(endless)).resolves.toBeUndefined()
    expect(endless.starts).toBe(1)
    await expect(pool.run(endless)).resolves.toBeUndefined()
    expect(endless.starts).toBe(1)
    await expect(pool.run(transform('let a: 1'))).resolves.toBe('let a;\n')
  })

  test('does not delay work of another tenant, nor of its own', async () => {
    const pool = new EsbuildPool({ deadlineMs: 600_000, patienceMs: 50 })
    const released = latch()
    const slow = Array.from({ length: 8 }, () =>
      packFor('a', () =>
        pool.run(
          buildThat(async () => {
            await released.wait()
            return 'export default 1'
          }),
        ),
      ),
    )
    await expect(packFor('b', () => pool.run(transform('let b: 1')))).resolves.toBe('let b;\n')
    await expect(packFor('a', () => pool.run(transform('let a: 1')))).resolves.toBe('let a;\n')
    released.resolve()
    for (const code of await Promise.all(slow)) expect(code).toContain('default')
  })

  test('fails at a deadline of its own', async () => {
    const pool = new EsbuildPool({ deadlineMs: 600_000, patienceMs: 600_000 })
    await expect(pool.run({ ...buildThat(hang), deadlineMs: 100 })).resolves.toBeUndefined()
  })
})

describe.runIf(process.platform === 'linux')('work during which the process crashes', () => {
  test('is done again alone, and none of it is blamed that succeeds then', async () => {
    const pool = new EsbuildPool({ deadlineMs: 600_000, patienceMs: 600_000 })
    let crashes = 0
    const crashing = buildThat(() => {
      if (crashes++ === 0) for (const pid of esbuildProcesses()) process.kill(pid, 'SIGKILL')
      return 'export default 1'
    })
    const innocent = buildThat(() => 'export default 2')
    const [first, second] = await Promise.all([pool.run(crashing), pool.run(innocent)])
    expect(first).toContain('default')
    expect(second).toContain('default')
  })

  test('fails if its own process crashes again', async () => {
    const pool = new EsbuildPool({ deadlineMs: 600_000, patienceMs: 600_000 })
    const before = new Set(esbuildProcesses())
    const crashing = buildThat(() => {
      for (const pid of esbuildProcesses()) if (!before.has(pid)) process.kill(pid, 'SIGKILL')
      return hang()
    }, 'crashing')
    await expect(pool.run(crashing)).resolves.toBeUndefined()
    expect(crashing.starts).toBe(2)
  })
})

test.runIf(process.platform === 'linux')(
  'a crash writes nothing to the stderr of the program, which ends by itself and leaves no process',
  async () => {
    // SIGQUIT has a Go program write the stacks of all goroutines to stderr.
    const script = `
    import { readFileSync } from 'node:fs'
    import { EsbuildPool } from ${JSON.stringify(import.meta.resolve('./esbuild-pool.ts'))}
    const children = () => readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim()
    const pool = new EsbuildPool({ deadlineMs: 600_000, patienceMs: 600_000 })
    let starts = 0
    const load = () => {
      if (starts > 1) return { contents: '' }
      for (const pid of children().split(' ')) process.kill(Number(pid), 'SIGQUIT')
      return new Promise(() => {})
    }
    const setup = (asked) => {
      asked.onResolve({ filter: /(?:)/ }, ({ path }) => ({ path, namespace: 'test' }))
      asked.onLoad({ filter: /(?:)/ }, load)
    }
    await pool.run({
      start: ({ build }) => {
        starts++
        return build({ entryPoints: ['entry'], write: false, plugins: [{ name: 'load', setup }] })
      },
    })
    console.log('starts ' + starts + ' children ' + children())
  `
    const args = [...process.execArgv, '--input-type=module', '--eval', script]
    await using host = await startProcess(process.execPath, args)
    const line = await host.waitForLine(/^starts \d/)
    await expect(host.exit).resolves.toEqual({ code: 0, signal: null })
    expect(line).toMatch(/^starts 2/)
    expect(host.lines.join()).not.toContain('goroutine')
    const pids = line
      .replace(/.*children/, '')
      .split(' ')
      .filter(Boolean)
      .map(Number)
    await expect.poll(() => pids.filter(isEsbuild)).toEqual([])
  },
)
