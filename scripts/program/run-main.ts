import { say } from './say.ts'
import { stopSignal } from './stop-signal.ts'

/** Runs the main function of a script, and ends with the exit code it gives, or 1 after saying why it threw. */
export async function runMain(main: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const signal = stopSignal()
  try {
    process.exitCode = await main(signal)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
