import { readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { callGuest } from './fixtures/call-guest.ts'
import { childProcesses } from './fixtures/child-processes.ts'
import { Sandbox } from './index.ts'

const TICK_MS = 10

/** CPU time a process has used so far, in milliseconds; `undefined` once it is gone. */
function cpuMsOf(pid: string): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    // A process that has ended and was not waited for yet is of no account.
    if (fields[0] === 'Z') return undefined
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return undefined
  }
}

it.runIf(process.platform === 'linux').for([
  ['spins', 'for (;;);', false],
  ['is deep in a regular expression', '/(a+)+$/.test("a".repeat(60) + "b")', false],
  ['is deep in a function of the engine', 'const a = []; a.length = 2 ** 32 - 1; a.sort()', true],
] as const)('a cancelled run that %s is dead soon', async ([, body, takesCellAlong]) => {
  await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
  await sandbox.ready()
  const [cell = ''] = childProcesses()
  const before = cpuMsOf(cell) ?? 0
  const abort = new AbortController()
  const run = callGuest(sandbox, { code: `exports.main = () => { ${body} }`, signal: abort.signal })
  await vi.waitFor(() => expect(cpuMsOf(cell)).toBeGreaterThan(before + 200), 10_000)
  abort.abort('enough')
  const abortedAt = performance.now()
  expect(await run).toMatchObject({ status: 'cancelled' })
  // Half of the grace that a thread has which was not cancelled.
  await (takesCellAlong ? gone(cell) : idle(cell))
  expect(performance.now() - abortedAt).toBeLessThan(900)
})

/** Settles when a process has stopped using CPU time. */
async function idle(pid: string): Promise<void> {
  let last: number | undefined
  await vi.waitFor(
    () => {
      const now = cpuMsOf(pid)
      const changed = now !== last
      last = now
      expect(changed).toBe(false)
    },
    { timeout: 5_000, interval: 100 },
  )
}

async function gone(pid: string): Promise<void> {
  await vi.waitFor(() => expect(cpuMsOf(pid)).toBeUndefined(), { timeout: 5_000, interval: 5 })
}
