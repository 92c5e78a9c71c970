/**
 * Keys that are there only while an executor has something to do: a run waits, is held back, goes on or is to be tried
 * again, or the rules of tenants have just changed. Each follows what all keys of the queue start with.
 */
export const CALM_KEYS = [
  ':wait',
  ':active',
  ':delayed',
  ':gate:wake',
  ':gate:due',
  ':gate:expiry',
  ':gate:flying',
  ':gate:expired',
  ':gate:ready',
  ':gate:tags',
  ':gate:queued',
  ':gate:changed',
] as const
