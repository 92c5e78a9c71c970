import { longestMsOf } from '@isolated-runtime/protocol'
import { jobIdOf } from '../run/run-key.ts'
import type { HandleRun } from '../run/handle-run.ts'
import type { LiveKind } from '../redis/keys.ts'
import { LiveWriter, type LiveWriterOptions } from './live-writer.ts'

/** How long what was told outlives the run, for those who read slowly. */
const SPARE_MS = 60_000

/** Has what runs say while they go on written for those who read it, where a run asks for it; others pay nothing. */
export function tellLive(
  handle: HandleRun,
  where: Pick<LiveWriterOptions, 'redis' | 'queueKey' | 'logger'>,
): HandleRun {
  return async (message, options) => {
    const { live = false, call } = message
    const { progress = false } = call
    if (!live && !progress) return handle(message, options)
    const jobId = jobIdOf(message)
    const keepMs = longestMsOf(call) + SPARE_MS
    const writers: LiveWriter[] = []
    const writerOf = (kind: LiveKind): ((item: unknown) => void) => {
      const writer = new LiveWriter({ ...where, jobId, kind, keepMs })
      writers.push(writer)
      return (item) => {
        // It goes on elsewhere, or is over.
        if (!options.signal.aborted) writer.add(item)
      }
    }
    try {
      return await handle(message, {
        ...options,
        onLog: live ? writerOf('logs') : undefined,
        onProgress: progress ? writerOf('progress') : undefined,
      })
    } finally {
      for (const writer of writers) writer.end()
    }
  }
}
