import { existsSync } from 'node:fs'

const SETPRIV = '/usr/bin/setpriv'

/**
 * The command and arguments that start a process which the kernel kills when the calling one dies, however that
 * happens. Only Linux can do it; elsewhere they are returned as they are.
 */
export function boundToParent(
  command: string,
  args: readonly string[],
): [command: string, args: readonly string[]] {
  if (process.platform !== 'linux' || !existsSync(SETPRIV)) return [command, args]
  return [SETPRIV, ['--pdeathsig', 'KILL', command, ...args]]
}
