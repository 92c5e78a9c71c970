/** What makes results of runs, for cells: they load no schemas, which take longer to load than all else of a cell. */
export { cancelled } from './cancelled.ts'
export { IsolatedRuntimeError } from './isolated-runtime-error.ts'
export { NO_USAGE } from './no-usage.ts'
export { unsuccessful } from './unsuccessful.ts'
