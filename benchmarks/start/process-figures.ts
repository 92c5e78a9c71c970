import { readdirSync, readFileSync } from 'node:fs'

const RUN_TIME = /^se\.sum_exec_runtime\s*:\s*([\d.]+)/m
const PRIVATE = /^Private_(?:Clean|Dirty):\s+(\d+) kB/gm
const KB_PER_MB = 1_024

/** The processes that this one has started and that live. */
export function childPids(): number[] {
  return readdirSync('/proc/self/task')
    .flatMap((id) => readFileSync(`/proc/self/task/${id}/children`, 'utf8').split(' '))
    .filter((pid) => pid !== '')
    .map(Number)
}

/** CPU time that the living threads of a process have used, in milliseconds, as the scheduler of Linux counts it. */
export function cpuMsOf(pid: number): number {
  let sum = 0
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const [, ms] = RUN_TIME.exec(readFileSync(`/proc/${pid}/task/${id}/sched`, 'utf8')) ?? []
    if (ms === undefined)
      throw new Error('This Linux does not tell how long a thread has run (/proc/PID/sched)')
    sum += Number(ms)
  }
  return sum
}

/** Memory that only this process holds, in MB. */
export function privateMbOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return [...text.matchAll(PRIVATE)].reduce((sum, [, kb]) => sum + Number(kb), 0) / KB_PER_MB
}
