import { join } from 'node:path'
import type { EncodedOutcome } from '@isolated-runtime/protocol'
import { callGuest, type Call } from '../../src/fixtures/call-guest.ts'
import { startCellProcess } from '../../src/pool/cell-process.ts'
import { LiveListener } from '../../src/live/live-listener.ts'
import type { Isolation } from '../../src/pool/isolation.ts'
import { Pool } from '../../src/pool/pool.ts'
import type { Allowable } from '../../src/realm/permits.ts'

/**
 * Which walls stand: `all` of them, with a secret in the thread's realm; `thread` and `cell` when the realm has
 * fallen; `cell` alone when the thread has fallen as well.
 */
export type Standing = 'all' | 'thread' | 'cell'

const files = {
  all: { threadFile: fileOf('thread-with-secret') },
  thread: { threadFile: fileOf('broken-thread') },
  cell: { cellFile: fileOf('broken-cell') },
}

/** The isolations under which tenants are kept apart. */
export const APART = ['tenant', 'cordon'] as const satisfies Isolation[]

/** A pool of one cell and a thread for each tenant, in which attacks and innocent runs follow each other. */
export class Stage implements AsyncDisposable {
  /** Whose runs an attack must not harm: the attacker's own and, where it is in the same process, a neighbour's. */
  readonly tenants: readonly string[]
  readonly #pool: Pool

  /** @param allow see `SandboxOptions` */
  constructor(
    standing: Standing,
    allow: readonly Allowable[] = [],
    isolation: (typeof APART)[number] = 'tenant',
  ) {
    this.tenants = isolation === 'cordon' ? ['acme', 'neighbour'] : ['acme']
    this.#pool = new Pool({
      slots: 1,
      maxCells: 1,
      cellMemoryMb: () => 1_024,
      threadsPerCell: 1,
      spareCells: 0,
      spareMemoryMb: 64,
      maxRunsPerRealm: 2_000,
      allow,
      isolation,
      logger: undefined,
      startCell: (settings) => startCellProcess(settings, files[standing]),
    })
  }

  call(call: Call): Promise<EncodedOutcome> {
    const listener = new LiveListener({ onLog: () => {}, onProgress: () => {} }, undefined)
    const pool = this.#pool
    return callGuest(
      {
        run: async (given) => {
          const run = { ...given, call: { ...given.call, progress: true } }
          return (await pool.run(run, { refusal: () => undefined, listener })).outcome
        },
      },
      call,
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.close()
  }
}

/** Made by `programs/for-tests.js` of the module of that name beside this one. */
function fileOf(name: string): string {
  return join(import.meta.dirname, 'built', `${name}.cjs`)
}
