import { say } from './say.ts'
import { stopSignal } from './stop-signal.ts'

const INTERRUPTED = 130

/**
 * Runs the main function of a script, and ends with the exit code it gives; with 1 after saying why it threw.
 *
 * @param main its signal aborts when this process is asked to stop; throwing is a fine way to obey
 */
export async function runMain(main: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const signal = stopSignal()
  try {
    process.exitCode = await main(signal)
  } catch (error) {
    if (!signal.aborted) say(error instanceof Error ? error.message : String(error))
    process.exitCode = signal.aborted ? INTERRUPTED : 1
  }
}
