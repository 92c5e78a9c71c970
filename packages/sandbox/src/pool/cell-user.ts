import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The user and the group that Linux and macOS call `nobody`: they own no file and no process. */
const NOBODY = 65_534

/** What it takes to start a process as another user and to end it: CAP_KILL, CAP_SETGID and CAP_SETUID. */
const NEEDED_CAPABILITIES = 0b1110_0000n

const EXECUTABLE_BY_OTHERS = 0o001
const READABLE_BY_OTHERS = 0o004

/** The user that the process of a cell gets; nothing where it stays with the executor's own. */
export type CellUser = { readonly uid: number; readonly gid: number } | undefined

/**
 * Decides whose process a cell is. A cell of another user can neither signal its executor nor trace it.
 *
 * @param wanted a user id, 0 for the executor's own; if `undefined`, `nobody` wherever that works
 * @param files what the cell must be able to read
 */
export function cellUser(wanted: number | undefined, files: readonly string[]): CellUser {
  if (process.getuid?.() !== 0 || wanted === 0) return undefined
  if (wanted !== undefined) return { uid: wanted, gid: wanted }
  if (!mayChangeUser() || !files.every(readableByOthers)) return undefined
  return { uid: NOBODY, gid: NOBODY }
}

/** Containers may run as root and without the rights of root. */
function mayChangeUser(): boolean {
  if (process.platform !== 'linux') return true
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return effective !== undefined && (BigInt(`0x${effective}`) & NEEDED_CAPABILITIES) === NEEDED_CAPABILITIES
}

function readableByOthers(file: string): boolean {
  if ((statSync(file).mode & READABLE_BY_OTHERS) === 0) return false
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & EXECUTABLE_BY_OTHERS) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
