import { EsbuildPool } from './esbuild-pool.ts'

/** Most texts take a few milliseconds. */
const PATIENCE_MS = 1_000
const DEADLINE_MS = 10_000

/** The pool that all packing of this program uses. */
export const esbuild = new EsbuildPool({ deadlineMs: DEADLINE_MS, patienceMs: PATIENCE_MS })
