import { EsbuildProcess } from './esbuild-process.ts'

const DEADLINE_MS = 10_000

/** The one process of esbuild: two of them, each stopping esbuild, would take the other's work for guilty. */
export const esbuild = new EsbuildProcess(DEADLINE_MS)
