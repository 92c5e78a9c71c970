import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** What it takes to start a process as another user and to end it: CAP_KILL, CAP_SETGID and CAP_SETUID. */
const NEEDED_CAPABILITIES = 0b1110_0000n

const EXECUTABLE_BY_OTHERS = 0o001
const READABLE_BY_OTHERS = 0o004

/** Users that own no file and no other process; none of them needs to be known to the system. */
const FIRST_CELL_UID = 62_000

/** The users of the cells that live, of all sandboxes of this process. */
const taken = new Set<number>()

/** The user of one cell. */
export interface CellUser {
  readonly uid: number
  readonly gid: number
}

/**
 * Takes a user for one more cell, so that it can neither signal nor trace its executor or another cell; nothing where
 * it has to stay with the executor's own.
 *
 * @param first the lowest user id to take, 0 for the executor's own; if `undefined`, `FIRST_CELL_UID` where that works
 * @param files what the cell must be able to read
 */
export function takeCellUser(first: number | undefined, files: readonly string[]): CellUser | undefined {
  if (process.getuid?.() !== 0 || first === 0) return undefined
  if (first === undefined && !(mayChangeUser() && files.every(readableByOthers))) return undefined
  let uid = first ?? FIRST_CELL_UID
  while (taken.has(uid)) uid++
  taken.add(uid)
  return { uid, gid: uid }
}

/** Gives a user back once no process of it is left. */
export function releaseCellUser(user: CellUser | undefined): void {
  if (user !== undefined) taken.delete(user.uid)
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
