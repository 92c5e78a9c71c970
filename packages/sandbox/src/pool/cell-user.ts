import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ownUids } from './uid-blocks.ts'

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

/** As whom the cells of a sandbox run. */
export type CellUserLevel =
  /** Each as a user of its own. */
  | { readonly kind: 'own' }
  /** All as the user of the executor. */
  | { readonly kind: 'executor'; readonly uid: number | undefined; readonly reason: string }

/**
 * @param first the lowest user id to take, 0 for the executor's own; if `undefined`, `FIRST_CELL_UID` where that works
 * @param files what a cell must be able to read
 */
export function cellUserLevel(first: number | undefined, files: readonly string[]): CellUserLevel {
  const uid = process.getuid?.()
  const reason = whyNotOwn(uid, first, files)
  return reason === undefined ? { kind: 'own' } : { kind: 'executor', uid, reason }
}

/**
 * Takes a user for one more cell, so that it can neither signal nor trace its executor or another cell; nothing where
 * it has to stay with the executor's own. The parameters are those of `cellUserLevel()`.
 */
export function takeCellUser(first: number | undefined, files: readonly string[]): CellUser | undefined {
  if (cellUserLevel(first, files).kind === 'executor') return undefined
  for (const uid of ownUids(first ?? FIRST_CELL_UID)) {
    if (taken.has(uid)) continue
    taken.add(uid)
    return { uid, gid: uid }
  }
  return undefined
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

function whyNotOwn(
  uid: number | undefined,
  first: number | undefined,
  files: readonly string[],
): string | undefined {
  if (uid !== 0) return 'The executor is not root'
  if (first === 0) return 'The first user id of cells is set to 0'
  if (first !== undefined) return undefined
  if (!mayChangeUser()) return 'The executor lacks one of the capabilities SETUID, SETGID and KILL'
  for (const file of files) {
    const closed = closedToOthers(file)
    if (closed !== undefined) return `Other users may not read "${closed}"`
  }
  return undefined
}

/** What keeps other users from reading a file: itself, or a folder above it. */
function closedToOthers(file: string): string | undefined {
  // A program that others may not read can be run by them all the same.
  const needed = file === process.execPath ? EXECUTABLE_BY_OTHERS : READABLE_BY_OTHERS
  if ((statSync(file).mode & needed) === 0) return file
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & EXECUTABLE_BY_OTHERS) === 0) return folder
    if (folder === dirname(folder)) return undefined
  }
}
