/** How many reports of its progress a run may make before {@link PROGRESS_EVERY_MS} holds. */
export const PROGRESS_BURST = 20

/** One report more may be made every this many milliseconds; of those that come faster the last one wins. */
export const PROGRESS_EVERY_MS = 50

/** How many reports a run can have made so long after its start, the one at its end included. */
export function mostReports(elapsedMs: number): number {
  return PROGRESS_BURST + Math.ceil(elapsedMs / PROGRESS_EVERY_MS) + 1
}
