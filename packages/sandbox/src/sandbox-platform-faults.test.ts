import { createBundle, resolveLimits, type WorkResult, type PartialLimits } from '@isolated-runtime/protocol'
import { describe, expect, it } from 'vitest'
import { callGuest, returning } from './fixtures/call-guest.ts'
import { newCall } from './fixtures/new-call.ts'
import { childProcesses } from './fixtures/child-processes.ts'
import { Sandbox } from './index.ts'

/** Works until a time, and some 30 ms of CPU time more. */
const UNTIL = `exports.main = (time) => {
  console.log('started')
  while (Date.now() < time);
  let x = 0
  for (let i = 0; i < 3e7; i++) x += i % 7
  return x > 0
}`
const WAITS =
  "exports.main = (ms) => { console.log('started'); return new Promise((done) => setTimeout(() => done(7), ms)) }"

interface Started {
  readonly code: string
  readonly args: readonly unknown[]
  readonly limits?: PartialLimits
  /** Called when the guest has said something, with the number of the attempt. */
  readonly onStart: (attempt: number) => void
}

function run(sandbox: Sandbox, { code, args, limits, onStart }: Started): Promise<WorkResult> {
  let attempt = 0
  return sandbox.run(
    {
      bundle: createBundle({ '/main.js': { kind: 'commonjs', code } }),
      call: newCall({ args: [...args], limits: resolveLimits(limits) }),
      tenant: 'acme',
    },
    { onLog: () => onStart(++attempt) },
  )
}

function signalAll(pids: readonly string[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(Number(pid), signal)
    } catch {
      // It has ended.
    }
  }
}

describe.runIf(process.platform === 'linux')('a run that the platform fails', () => {
  it('gets more time when it came to its limit without a processor', { timeout: 60_000 }, async () => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 1 })
    await sandbox.ready()
    const stopped: string[] = []
    const startedAt = Date.now()
    const outcome = await run(sandbox, {
      code: UNTIL,
      args: [startedAt + 1_500],
      limits: { timeoutMs: 1_500 },
      onStart: (attempt) => {
        if (attempt > 1) return
        // As on a machine where others have all processors.
        stopped.push(...childProcesses())
        signalAll(stopped, 'SIGSTOP')
        setTimeout(() => signalAll(stopped, 'SIGCONT'), 2_000)
      },
    })
    expect(outcome).toMatchObject({ status: 'succeeded', valueJson: 'true' })
    expect(sandbox.circuits()).toEqual([])
  })

  it('is timed out when it had a processor, or only waits', { timeout: 60_000 }, async () => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
    for (const code of ['exports.main = () => { for (;;); }', 'exports.main = () => new Promise(() => {})'])
      expect(await callGuest(sandbox, { code, limits: { timeoutMs: 300 } })).toMatchObject({
        status: 'timed-out',
        error: { code: 'TIMED_OUT' },
        usage: { attempts: 1 },
      })
  })

  it(
    'runs again when the kernel ends its process, and no bundle is blamed',
    { timeout: 60_000 },
    async () => {
      await using sandbox = Sandbox.start({
        maxCells: 1,
        threadsPerCell: 1,
        spareCells: 0,
        circuitBreaker: { maxKills: 1 },
      })
      const outcome = await run(sandbox, {
        code: WAITS,
        args: [1_000],
        onStart: (attempt) => attempt === 1 && signalAll(childProcesses(), 'SIGKILL'),
      })
      expect(outcome).toMatchObject({ status: 'succeeded', valueJson: '7', usage: { attempts: 2 } })
      expect(sandbox.circuits()).toEqual([])
      expect(await callGuest(sandbox, { code: returning('1') })).toMatchObject({ status: 'succeeded' })
    },
  )

  it('is trouble of the platform when that happens again and again', { timeout: 60_000 }, async () => {
    await using sandbox = Sandbox.start({
      maxCells: 1,
      threadsPerCell: 1,
      spareCells: 0,
      circuitBreaker: { maxKills: 1 },
    })
    const ended = run(sandbox, {
      code: WAITS,
      args: [20_000],
      limits: { timeoutMs: 60_000 },
      onStart: () => signalAll(childProcesses(), 'SIGKILL'),
    })
    await expect(ended).rejects.toMatchObject({
      code: 'SANDBOX_FAILED',
      fault: 'platform',
      message: 'The process of the cell ended with SIGKILL; so it went in 3 attempts',
    })
    expect(sandbox.circuits()).toEqual([])
  })
})
