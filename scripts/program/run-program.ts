import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface RunProgramOptions {
  /** Where its standard output goes. @default 'stdout' */
  readonly output?: 'stdout' | 'stderr'
  readonly env?: NodeJS.ProcessEnv
  /** Ends it with SIGTERM. */
  readonly signal?: AbortSignal
}

/**
 * Runs a program on this one's terminal.
 *
 * @returns its exit code; 1 when a signal ended it
 * @throws when it cannot be started
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { output = 'stdout', env, signal }: RunProgramOptions = {},
): Promise<number> {
  const child = spawn(command, args, { env, stdio: ['inherit', output === 'stdout' ? 1 : 2, 2] })
  const end = (): void => void child.kill('SIGTERM')
  signal?.addEventListener('abort', end)
  process.once('exit', end)
  try {
    const [code]: (number | null)[] = await once(child, 'exit')
    return code ?? 1
  } finally {
    signal?.removeEventListener('abort', end)
    process.off('exit', end)
  }
}
