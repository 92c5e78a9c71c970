import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { callGuest } from './fixtures/call-guest.ts'
import { childProcesses } from './fixtures/child-processes.ts'
import { Sandbox } from './index.ts'

const PAUSES = 'exports.main = () => new Promise((resolve) => setTimeout(resolve, 300))'
const ONE_CELL = { maxCells: 1, threadsPerCell: 2, spareCells: 0 }

/** Where these lie among the fields of `/proc/<id>/stat` that follow the name, as `man proc_pid_stat` tells. */
const SESSION = 3
const NICE = 16

describe.runIf(process.platform === 'linux')('Cells', () => {
  it('outlive the signals that are sent to all processes of a service', async () => {
    const before = childProcesses()
    await using sandbox = Sandbox.start(ONE_CELL)
    await sandbox.ready()
    const [cell] = childProcesses().filter((id) => !before.includes(id))
    const code = 'exports.main = () => new Promise((resolve) => setTimeout(resolve, 100, "ended"))'
    const run = callGuest(sandbox, { code })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(Number(cell), signal)
    expect(await run).toMatchObject({ status: 'succeeded', valueJson: '"ended"', usage: { attempts: 1 } })
    expect(childProcesses()).toContain(cell)
  })

  it('are the first that the kernel ends when memory runs out', async () => {
    const before = childProcesses()
    const own = readFileSync('/proc/self/oom_score_adj', 'utf8')
    await using sandbox = Sandbox.start(ONE_CELL)
    await sandbox.ready()
    const [cell] = childProcesses().filter((id) => !before.includes(id))
    expect(readFileSync(`/proc/${cell}/oom_score_adj`, 'utf8')).toBe('1000\n')
    expect(readFileSync('/proc/self/oom_score_adj', 'utf8')).toBe(own)
  })

  it('have threads that give way to those that keep the time of runs', async () => {
    const before = childProcesses()
    await using sandbox = Sandbox.start(ONE_CELL)
    // Other threads than the first are started for runs that wait.
    await Promise.all([0, 1].map(() => callGuest(sandbox, { code: PAUSES })))
    const [cell = ''] = childProcesses().filter((id) => !before.includes(id))
    const own = field(`/proc/self/stat`, NICE)
    expect(field(`/proc/${cell}/stat`, NICE)).toBe(own)
    const isLowered = (task: string): boolean => field(`/proc/${cell}/task/${task}/stat`, NICE) > own
    expect(readdirSync(`/proc/${cell}/task`).filter(isLowered)).toHaveLength(ONE_CELL.threadsPerCell)
    // Where Linux shares the processors out by session, theirs may else have to wait for its turn.
    expect(field(`/proc/${cell}/stat`, SESSION)).toBe(field(`/proc/self/stat`, SESSION))
  })
})

function field(path: string, index: number): number {
  const [, fields = ''] = readFileSync(path, 'utf8').split(') ')
  return Number(fields.split(' ')[index])
}
