import { memoryOf } from './cell-memory.ts'
import type { ProcessCpu } from '../spawner/messages.ts'
import type { CellProcess } from './cell-process.ts'
import { SpawnedProcess } from './spawn/spawner.ts'

export interface ProcessEndOptions<Seen> {
  /** Called when the process is dead, and the system still knows what it has used. */
  readonly look: (cpu?: ProcessCpu) => readonly Seen[]
  /** What it wrote to standard error. */
  readonly lastWords: () => string
  /**
   * Called once.
   *
   * @param seen what `look` gave
   * @param byPlatform whether it was neither the process itself nor this one that ended it
   */
  readonly onEnd: (reason: string, seen: readonly Seen[], byPlatform: boolean) => void
}

/** Watches for the end of a cell's process. Resolves when it is gone. */
export function processEnd<Seen>(
  { child, pipe }: CellProcess,
  { look, lastWords, onEnd }: ProcessEndOptions<Seen>,
): Promise<void> {
  // The pipe ends before the system forgets what the process has used, and the event of its end comes after that.
  let seen: readonly Seen[] = []
  if (!(child instanceof SpawnedProcess)) pipe.on('end', () => (seen = look()))
  return new Promise((resolve) => {
    const end = (how: string, byPlatform: boolean): void => {
      onEnd(`The process of the cell ${how}`, seen, byPlatform)
      resolve()
    }
    child.once('error', (error) => end(`could not be started: ${error.message}`, false))
    child.once('close', (code, signal, cpu) => {
      if (cpu !== undefined) seen = look(cpu)
      // Before a cell ends itself by that signal it says why; else it was the kernel, or an operator.
      const byPlatform = signal === 'SIGKILL' && memoryOf(lastWords()) === undefined
      end(`ended with ${signal ?? `exit code ${code}`}`, byPlatform)
    })
  })
}
