import { spawnSync } from 'node:child_process'

/**
 * Pins this process, its threads and what it starts from here on to some cores, so that contenders with more processes
 * have no more processor than those with fewer.
 *
 * @param cores as `taskset` takes them, such as `0` or `0,1`
 * @returns whether it could: where `taskset` is not installed, nothing is pinned
 */
export function pinTo(cores: string): boolean {
  return spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, String(process.pid)]).status === 0
}
