import { startProcess } from '@isolated-runtime/testing'
import type { Tool } from './tools.ts'

export interface Verdict {
  readonly passed: boolean
  readonly seconds: number
  readonly lines: readonly string[]
}

/** Runs a tool to its end. @throws when it cannot be started */
export async function runTool({ command, args }: Tool, signal: AbortSignal): Promise<Verdict> {
  signal.throwIfAborted()
  const begin = performance.now()
  await using started = await startProcess(command, args)
  const end = (): void => started.kill()
  signal.addEventListener('abort', end)
  const { code } = await started.exit
  signal.removeEventListener('abort', end)
  return { passed: code === 0, seconds: (performance.now() - begin) / 1_000, lines: started.lines }
}
