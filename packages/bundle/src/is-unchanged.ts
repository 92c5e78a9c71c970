import { statSync, type BigIntStats } from 'node:fs'
import type { Looked } from './folder-walk.ts'

/** Two changes this close to each other may leave the same times on a file. */
const RACY_MS = 50

/**
 * Whether everything a walk looked at is still in the state it was in: then another walk would find the same. A file
 * that is added, removed or renamed changes its directory, one that is written changes itself, and a symlink that is
 * pointed elsewhere leads to another file.
 */
export function isUnchanged(looked: readonly Looked[]): boolean {
  return looked.every(({ path, stat }) => {
    const now = statSync(path, { bigint: true, throwIfNoEntry: false })
    return now !== undefined && isSameState(now, stat)
  })
}

/** Whether the last change was long enough before or after a moment: the same state then means the same content. */
export function isAtRest(changedAtMs: number, atMs: number): boolean {
  return Math.abs(atMs - changedAtMs) > RACY_MS
}

function isSameState(one: BigIntStats, other: BigIntStats): boolean {
  return (
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs &&
    one.size === other.size &&
    one.ino === other.ino &&
    one.dev === other.dev
  )
}
