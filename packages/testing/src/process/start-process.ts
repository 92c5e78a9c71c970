import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { killAtExit } from './kill-at-exit.ts'

const MAX_LINES = 10_000

export interface StartProcessOptions {
  readonly cwd?: string
  /** The whole environment of the process. @default that of this one */
  readonly env?: NodeJS.ProcessEnv
  /** Called with each line of standard output and standard error. */
  readonly onLine?: (line: string) => void
}

/** How a process ended: with a code or by a signal. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A child process, its output kept, killed with SIGKILL when it is disposed of or this process exits. */
export interface StartedProcess extends AsyncDisposable {
  readonly pid: number
  /** The latest 10,000 lines of standard output and standard error, in the order they came. */
  readonly lines: readonly string[]
  /** Settles when the process has ended and its output is complete. Never rejects. */
  readonly exit: Promise<ProcessExit>
  /**
   * The first line that matches, past or to come.
   *
   * @param timeoutMs @default 10_000
   * @throws when the process ends or the time is over before there is one
   */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<string>
  /** Sends a signal. @default 'SIGTERM' */
  kill(signal?: NodeJS.Signals): void
}

/** Starts a process. @throws when the command cannot be started */
export async function startProcess(
  command: string,
  args: readonly string[] = [],
  options: StartProcessOptions = {},
): Promise<StartedProcess> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C at the terminal is for whoever started it, and who ends it in order.
    detached: true,
  })
  const output = new Output(child, options.onLine)
  const exit = exitOf(child)
  await once(child, 'spawn')
  killAtExit(child)
  const { pid } = child
  if (pid === undefined) throw new Error(`"${command}" was started but has no process id`)
  return {
    pid,
    lines: output.lines,
    exit,
    waitForLine: (pattern, timeoutMs = 10_000) =>
      output.find(pattern, `${command} ${args.join(' ')}`, exit, timeoutMs),
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  const { promise, resolve } = Promise.withResolvers<ProcessExit>()
  child.once('close', (code, signal) => resolve({ code, signal }))
  return promise
}

class Output extends EventEmitter<{ line: [string] }> {
  readonly lines: string[] = []

  constructor(
    child: { readonly stdout: Readable; readonly stderr: Readable },
    onLine: ((line: string) => void) | undefined,
  ) {
    super()
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.lines.push(line)
        if (this.lines.length > MAX_LINES) this.lines.shift()
        onLine?.(line)
        this.emit('line', line)
      })
    }
  }

  async find(
    pattern: RegExp,
    command: string,
    exit: Promise<ProcessExit>,
    timeoutMs: number,
  ): Promise<string> {
    const found = Promise.withResolvers<string>()
    const fail = (what: string): void =>
      found.reject(
        new Error(`"${command}" ${what} without a line like ${pattern}; it said:\n${this.lines.join('\n')}`),
      )
    const look = (line: string): void => {
      if (pattern.test(line)) found.resolve(line)
    }
    const timer = setTimeout(() => fail(`ran for ${timeoutMs} ms`), timeoutMs)
    void exit.then(({ code, signal }) => fail(`ended with ${signal ?? code}`))
    this.on('line', look)
    this.lines.forEach(look)
    try {
      return await found.promise
    } finally {
      clearTimeout(timer)
      this.off('line', look)
    }
  }
}
