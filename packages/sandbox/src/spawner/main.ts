import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { ignoreSignals } from '../cell/ignore-signals.ts'
import { processCpuOf } from './process-cpu.ts'
import type { ProcessCpu, SpawnNews, SpawnOrder } from './messages.ts'

/** The executor keeps no more of what a process writes to standard error; one that floods it is not passed on. */
const MAX_SAID_CHARS = 64 * 1_024

// The process that starts the processes of cells: see `Spawner`.
ignoreSignals()
process.on('message', start)
// The executor is gone, and with it the other ends of all pipes.
process.on('disconnect', () => process.exit())

function tell(news: SpawnNews): void {
  if (process.connected) process.send?.(news)
}

function start({ id, file, args, cwd, user, env }: SpawnOrder, pipe: Socket): void {
  const fail = (error: unknown): void => tell({ id, type: 'failed', error: String(error) })
  try {
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe', pipe], env, cwd, ...user })
    let cpu: ProcessCpu | undefined
    let said = 0
    const look = (): void => {
      cpu = (child.pid === undefined ? undefined : processCpuOf(child.pid)) ?? cpu
    }
    child.once('error', fail)
    child.once('close', (code, signal) => tell({ id, type: 'ended', code, signal, cpu }))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if ((said += text.length) > MAX_SAID_CHARS) return
      tell({ id, type: 'said', text })
      look()
    })
    const { pid } = child
    if (pid === undefined) return
    // The pipe ends before the system forgets what the process has used; not always, if it was not empty.
    child.stderr?.once('end', look)
    tell({ id, type: 'started', pid })
  } catch (thrown) {
    fail(thrown)
  } finally {
    pipe.destroy()
  }
}
