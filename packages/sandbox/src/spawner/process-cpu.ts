import { readFileSync } from 'node:fs'
import type { ProcessCpu } from './messages.ts'

/** Of `/proc/<pid>/stat`, on every system that Node.js runs on. */
const MS_A_TICK = 10
const UTIME = 11
const NS_A_MS = 1e6

/** What a process has used that lives, or is dead and not yet forgotten; `undefined` if it is. */
export function processCpuOf(pid: number): ProcessCpu | undefined {
  try {
    const mainMs = Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'latin1'), 10) / NS_A_MS
    return { totalMs: totalMsOf(pid), mainMs }
  } catch {
    return undefined
  }
}

/** CPU time of all threads that a process has or had. @throws Error if there is no such process */
export function totalMsOf(pid: number): number {
  const [utime = '', stime = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program before that may hold spaces.
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(UTIME)
  return (Number(utime) + Number(stime)) * MS_A_TICK
}
