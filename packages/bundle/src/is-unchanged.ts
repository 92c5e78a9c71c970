import { statSync, type BigIntStats } from 'node:fs'
import type { Looked } from './folder-walk.ts'

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

function isSameState(one: BigIntStats, other: BigIntStats): boolean {
  return (
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs &&
    one.size === other.size &&
    one.ino === other.ino &&
    one.dev === other.dev
  )
}
