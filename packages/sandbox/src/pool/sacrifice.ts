import { existsSync, readFileSync } from 'node:fs'

const SHELL = '/bin/sh'
/** Shells have variables of their own, which a cell does not get. */
const ENV = '/usr/bin/env'
const MOST = 1_000

/** Says so before it becomes the process that was asked for. */
const SCRIPT = `{ echo ${MOST} >/proc/self/oom_score_adj; } 2>/dev/null; exec ${ENV} -i "$@"`

const hasShell = process.platform === 'linux' && existsSync(SHELL) && existsSync(ENV)

/**
 * The command that starts a process as the first that the kernel ends when memory runs out, rather than the process that
 * starts it. It says so itself: an executor that is root without all rights may not say it of a process of another user.
 */
export function sacrificed(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): [file: string, args: string[]] {
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return hasShell ? [SHELL, ['-c', SCRIPT, SHELL, ...assignments, file, ...args]] : [file, [...args]]
}

/** What the kernel has been told of a process, if that is not to end it first; only Linux knows such a thing. */
export function unsacrificed(pid: number | undefined): { oomScoreAdj: number } | undefined {
  try {
    const oomScoreAdj = Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'))
    return oomScoreAdj === MOST ? undefined : { oomScoreAdj }
  } catch {
    return undefined
  }
}
