import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Sandbox } from '@isolated-runtime/sandbox'
import { childPids, cpuMsOf, privateMbOf } from './process-figures.ts'

type Protocol = typeof import('@isolated-runtime/protocol')
type SandboxPackage = typeof import('@isolated-runtime/sandbox')

/** What a run of the cell was at the time of a look at it. */
export interface Figures {
  /** CPU time of a new cell until its first answer, and from the call to the answer on the clock, in milliseconds. */
  readonly cpuMs: number
  readonly wallMs: number
  /** Private memory of the idle cell with one thread that has served a run, in MB. */
  readonly idleMb: number
  /** CPU time of all that a second thread takes, with two runs in it, in milliseconds; and what the cell holds then. */
  readonly threadCpuMs: number
  readonly twoThreadsMb: number
  /** Private memory after the cell was idle for longer; only where that was waited for. */
  readonly trimmedMb?: number
}

/** How long a cell is left alone before it counts as idle; a second thread that starts by itself is not up by then. */
const SETTLE_MS = 400
/** How long two runs overlap, so that a cell with one thread starts another; and until a thread is up for sure. */
const OVERLAP_MS = 1_000
const CODE = `exports.main = (ms) => ms === 0 ? ms : new Promise((resolve) => setTimeout(resolve, ms, ms))`

/** A build of this project whose cells are measured. */
export class Build {
  readonly #protocol: Protocol
  readonly #sandbox: SandboxPackage

  static async load(folder: string): Promise<Build> {
    const entry = (name: string): string =>
      pathToFileURL(join(folder, 'packages', name, 'dist/index.js')).href
    const protocol = (await import(entry('protocol'))) as Protocol
    return new Build(protocol, (await import(entry('sandbox'))) as SandboxPackage)
  }

  private constructor(protocol: Protocol, sandbox: SandboxPackage) {
    this.#protocol = protocol
    this.#sandbox = sandbox
  }

  /** Starts a cell, and looks at it. @param idleMs how long it is left alone in the end; 0 for not at all */
  async sample(idleMs: number): Promise<Figures> {
    await using sandbox = this.#sandbox.Sandbox.start({ maxCells: 1, threadsPerCell: 2, spareCells: 0 })
    const others = childPids()
    const calledAt = performance.now()
    const answer = this.#run(sandbox, 0)
    await answer
    const wallMs = performance.now() - calledAt
    const [pid] = childPids().filter((one) => !others.includes(one))
    if (pid === undefined) throw new Error('No cell was started for the run')
    const cpuMs = cpuMsOf(pid)
    await sleep(SETTLE_MS)
    const idleMb = privateMbOf(pid)
    const cpuBefore = cpuMsOf(pid)
    await Promise.all([OVERLAP_MS, OVERLAP_MS].map((ms) => this.#run(sandbox, ms)))
    const figures = {
      cpuMs,
      wallMs,
      idleMb,
      threadCpuMs: cpuMsOf(pid) - cpuBefore,
      twoThreadsMb: privateMbOf(pid),
    }
    if (idleMs === 0) return figures
    await sleep(idleMs)
    return { ...figures, trimmedMb: privateMbOf(pid) }
  }

  async #run(sandbox: Sandbox, ms: number): Promise<void> {
    const bundle = this.#protocol.createBundle({ '/main.js': { kind: 'commonjs', code: CODE } }, {})
    const limits = this.#protocol.resolveLimits({})
    const argsJson = `[${ms}]`
    const work = { kind: 'call', argsJson } as const
    const call = {
      file: '/main.js',
      funcName: 'main',
      work,
      freezeContext: false,
      realm: 'fresh',
      limits,
    } as const
    // Up to 306d485 and a while after, builds had the fields of the call beside it.
    const run = { ...call, argsJson, bundle, tenant: 'bench', call }
    const outcome = await sandbox.run(run)
    if (outcome.status !== 'succeeded') throw new Error(`A run ended as ${outcome.status}`)
  }
}
