import { parse, type EncodedOutcome } from '@isolated-runtime/protocol'
import { sandboxOptionsSchema, type SandboxOptions } from './options.ts'
import { startCellProcess } from './pool/cell-process.ts'
import { Pool } from './pool/pool.ts'
import type { SandboxRun } from './sandbox-run.ts'

/** Runs functions of bundles, each in a fresh realm, in a worker thread, in a locked-down child process. */
export class Sandbox implements AsyncDisposable {
  /** How many runs it can run at once. */
  readonly slots: number
  readonly #pool: Pool

  /** @throws `INVALID_OPTIONS` */
  static start(options: SandboxOptions = {}): Sandbox {
    return new Sandbox(options)
  }

  private constructor({ logger, ...sizes }: SandboxOptions) {
    const { firstCellUid, ...options } = parse(
      sandboxOptionsSchema,
      sizes,
      'sandbox options',
      'INVALID_OPTIONS',
    )
    this.slots = options.maxCells * options.threadsPerCell
    this.#pool = new Pool({
      ...options,
      logger,
      startCell: (settings) => startCellProcess(settings, { firstUid: firstCellUid }),
    })
  }

  /** Resolves when a cell is up, so that the first run need not wait for one. @throws `SANDBOX_FAILED` */
  ready(): Promise<void> {
    return this.#pool.ready()
  }

  /**
   * Runs one function. Whatever the guest does is an outcome.
   *
   * @param options.signal ends the run as `cancelled`, wherever it is
   * @throws `CLOSED`, or `SANDBOX_FAILED` if no cell can be started
   */
  async run(
    run: SandboxRun,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<EncodedOutcome> {
    const { outcome, bootMs, attempts } = await this.#pool.run(run, options.signal)
    const bytesIn = Buffer.byteLength(run.argsJson) + Buffer.byteLength(run.contextJson ?? '')
    const bytesOut = outcome.status === 'succeeded' ? Buffer.byteLength(outcome.valueJson ?? '') : 0
    return { ...outcome, usage: { ...outcome.usage, bootMs, attempts, bytesIn, bytesOut } }
  }

  /** Ends all cells; runs under way reject with `CLOSED`. Resolves when no process is left. */
  close(): Promise<void> {
    return this.#pool.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
