/** So long at most the time of a run stands still in all while its modules are compiled. */
export const MAX_COMPILE_MS = 2_000
