import { spawnSync } from 'node:child_process'

/**
 * Pins this process, its threads and what it starts from here on to one core, so that contenders with more processes
 * have no more processor than those with one.
 *
 * @returns whether it could: where `taskset` is not installed, nothing is pinned
 */
export function pinToOneCore(): boolean {
  return spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', '0', String(process.pid)]).status === 0
}
