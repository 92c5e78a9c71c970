import { outcomeOfCall, type LogEntry } from '@isolated-runtime/protocol'
import type { SubmittedRun } from '@isolated-runtime/queue'

/** The lines of a run as they are written, or those of its outcome where none were told before. */
export async function* readLogs(
  { live, outcome }: Pick<SubmittedRun, 'live' | 'outcome'>,
  refuseIfClosed: () => void,
): AsyncGenerator<LogEntry, void, undefined> {
  let lines = 0
  if (live !== undefined) {
    for await (const entry of whileOpen(live.logs(outcome), refuseIfClosed)) {
      lines++
      yield entry
    }
  }
  if (lines === 0) yield* outcomeOfCall(await outcome).logs
}

/** What the guest of a run reports. */
export async function* readProgress(
  { live, outcome }: Pick<SubmittedRun, 'live' | 'outcome'>,
  refuseIfClosed: () => void,
): AsyncGenerator<unknown, void, undefined> {
  if (live === undefined) await outcome
  else yield* whileOpen(live.progress(outcome), refuseIfClosed)
}

/** Whatever fails of a connection fails because it was closed here, if it was. */
async function* whileOpen<Item>(
  items: AsyncGenerator<Item, void, undefined>,
  refuseIfClosed: () => void,
): AsyncGenerator<Item, void, undefined> {
  try {
    yield* items
  } catch (error) {
    refuseIfClosed()
    throw error
  }
}
