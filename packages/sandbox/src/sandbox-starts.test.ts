import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, getPriority } from 'node:os'
import { describe, expect, it } from 'vitest'
import { callGuest, returning } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'
import { startCellProcess, type StartCell } from './pool/cell-process.ts'

const CAP_SYS_NICE = 1n << 23n
const canRaise =
  process.platform === 'linux' &&
  (BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`) & CAP_SYS_NICE) >
    0n

/** Of the main thread of a process, and of its other threads, how many steps each is below this one. */
function stepsOf(pid: number | undefined): Record<string, number> {
  const threads = readdirSync(`/proc/${pid}/task`)
  return Object.fromEntries(
    threads.map((id) => [id === String(pid) ? 'main' : id, getPriority(Number(id)) - getPriority()]),
  )
}

/** No priority is lower than 19. */
const atMost = (steps: number): number => Math.min(steps, 19 - getPriority())

describe('a cell that starts', () => {
  it.runIf(canRaise)('gives way to runs, and has an ordinary priority when it is ready', async () => {
    const pids: (number | undefined)[] = []
    const { promise: halted, resolve } = Promise.withResolvers<number | undefined>()
    const startCell: StartCell = (sizes) => {
      const started = startCellProcess(sizes)
      pids.push(started.child.pid)
      // The second is held where it is, to be looked at.
      if (pids.length === 2) {
        process.kill(started.child.pid ?? 0, 'SIGSTOP')
        setImmediate(resolve, started.child.pid)
      }
      return started
    }
    await using sandbox = Sandbox.start({ spareCells: 1, threadsPerCell: 1 }, { startCell })
    await sandbox.ready()
    const first = await callGuest(sandbox, { code: returning('1'), tenant: 'first' })
    expect(first.status).toBe('succeeded')
    const pid = await halted
    expect(Math.max(...Object.values(stepsOf(pid)))).toBe(atMost(10))
    // It has had its second.
    await expect.poll(() => stepsOf(pid)['main'], { timeout: 10_000 }).toBe(0)

    process.kill(pid ?? 0, 'SIGCONT')
    const second = await callGuest(sandbox, { code: returning('1'), tenant: 'second' })
    expect(second.status).toBe('succeeded')
    const { main, ...others } = stepsOf(pid)
    expect(main).toBe(0)
    expect(new Set(Object.values(others))).toEqual(new Set([atMost(4)]))
  })

  it('waits for others while runs go on, where starts cannot be told to give way', async () => {
    let starting = 0
    let most = 0
    const startCell: StartCell = (sizes) => {
      most = Math.max(most, ++starting)
      return startCellProcess(sizes)
    }
    const begin = () => () => void starting--
    await using sandbox = Sandbox.start(
      { spareCells: 1, threadsPerCell: 1, slots: 8 },
      { startCell, startPriority: { isLow: false, begin } },
    )
    await sandbox.ready()
    const over = new AbortController()
    const goesOn = callGuest(sandbox, {
      code: 'exports.main = () => new Promise(() => {})',
      signal: over.signal,
      limits: { timeoutMs: 60_000 },
    })
    most = 0
    const newcomers = Array.from({ length: 5 }, (_, n) =>
      callGuest(sandbox, { code: returning('1'), tenant: `newcomer-${n}` }),
    )
    const outcomes = await Promise.all(newcomers)
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['succeeded']))
    expect(most).toBeLessThanOrEqual(Math.max(1, Math.floor(availableParallelism() / 2)))
    expect(most).toBeGreaterThan(0)
    over.abort()
    await goesOn
  })
})
