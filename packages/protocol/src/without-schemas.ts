/**
 * What a cell uses of this package. An entry point of its own, because loading the schemas of the other one, and zod
 * with them, would cost a cell more than all else it does to start.
 */
export { cancelled } from './cancelled.ts'
export { IsolatedRuntimeError } from './isolated-runtime-error.ts'
export { chunkMsOf } from './map/chunk-limits.ts'
export { NO_USAGE } from './no-usage.ts'
export { unsuccessful } from './unsuccessful.ts'
