import { Socket } from 'node:net'
import { parseJson, type EncodedOutcome } from '@isolated-runtime/protocol'
import { encodeFrame, FrameDecoder } from '../cell/frame-codec.ts'
import { fromCellSchema, MAX_FRAME_BYTES, type FromCell, type ToCell } from '../cell/frames.ts'
import { reasonOf, timedOut } from '../cell/outcomes.ts'
import type { SandboxRun } from '../sandbox-run.ts'
import { startCellProcess, type CellProcess } from './cell-process.ts'
import type { CellView } from './placement.ts'
import { SentBundles } from './sent-bundles.ts'

/** How long a cell may take to start. It takes a tenth of a second; a machine under load takes longer. */
const START_GRACE_MS = 20_000

/** How much later than its limit a run may settle before its cell counts as dead: a lost thread must be replaced first. */
const ANSWER_GRACE_MS = 2_000

const MAX_BUNDLE_BYTES = 64 * 1024 * 1024
const MAX_STDERR_CHARS = 4_096

/** What became of a run in a cell. */
export type CellVerdict =
  | { readonly kind: 'outcome'; readonly outcome: EncodedOutcome }
  | {
      readonly kind: 'died'
      /** How many runs were in the cell when it died, this one included: any of them may have killed it. */
      readonly suspects: number
      /** V8 gave up because a heap was full. */
      readonly outOfMemory: boolean
      readonly reason: string
    }

export interface CellOptions {
  readonly threads: number
  readonly memoryMb: number
  readonly maxRunsPerRealm: number
  /** Called whenever a placement may come out differently. */
  readonly onChange: () => void
}

interface InFlight {
  readonly settle: (verdict: CellVerdict) => void
  readonly guard: NodeJS.Timeout
}

/**
 * The executor's hold on one cell.
 *
 * ```
 * starting ──> open ──> draining ──> dead
 *     └──────────┴───────────────────^
 * ```
 */
export class Cell implements CellView {
  readonly memoryMb: number
  readonly slots: number
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  owner: string | undefined
  usedAt = performance.now()
  readonly #process: CellProcess
  readonly #inFlight = new Map<number, InFlight>()
  readonly #bundles = new SentBundles(MAX_BUNDLE_BYTES)
  readonly #onChange: () => void
  readonly #startGuard: NodeJS.Timeout
  #state: 'starting' | 'open' | 'draining' | 'dead' = 'starting'
  #seq = 0
  #stderr = ''
  #reason = ''
  #wasReady = false
  #retired = false

  constructor({ threads, memoryMb, maxRunsPerRealm, onChange }: CellOptions) {
    this.slots = threads
    this.memoryMb = memoryMb
    this.#onChange = onChange
    this.#process = startCellProcess({ threads, memoryMb, maxRunsPerRealm })
    const { child, pipe } = this.#process
    this.gone = new Promise((resolve) => {
      child.once('close', () => resolve())
      child.once('error', () => resolve())
    })
    const decoder = new FrameDecoder(MAX_FRAME_BYTES)
    pipe.on('data', (chunk: Buffer) => {
      try {
        for (const text of decoder.push(chunk))
          this.#receive(parseJson(fromCellSchema, text, 'frame', 'INVALID_MESSAGE'))
      } catch (thrown) {
        this.kill(`The cell broke the protocol: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
      }
    })
    // Its end is told by `close`; writing to a cell that has just died is no error of its own.
    pipe.on('error', () => {})
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_CHARS)
    })
    child.once('error', (error) =>
      this.#end(`The process of the cell could not be started: ${error.message}`),
    )
    child.once('close', (code, signal) =>
      this.#end(`The process of the cell ended with ${signal ?? `exit code ${code}`}`),
    )
    unreference(this.#process)
    this.#startGuard = setTimeout(
      () => this.kill(`The cell did not start within ${START_GRACE_MS} ms`),
      START_GRACE_MS,
    ).unref()
  }

  get open(): boolean {
    return this.#state === 'open'
  }

  get draining(): boolean {
    return this.#state === 'draining'
  }

  get dead(): boolean {
    return this.#state === 'dead'
  }

  /** Whether it ended by itself, or because it misbehaved. */
  get died(): boolean {
    return this.#state === 'dead' && !this.#retired
  }

  /** Whether it ever took runs. */
  get wasReady(): boolean {
    return this.#wasReady
  }

  get inFlight(): number {
    return this.#inFlight.size
  }

  /** Why it died, and what its process last wrote to standard error. */
  get lastWords(): string {
    return [this.#reason, this.#stderr.trim()].filter((text) => text !== '').join('\n')
  }

  /** Runs in a slot that is free. Never rejects. */
  run(run: SandboxRun, signal: AbortSignal | undefined): Promise<CellVerdict> {
    const seq = ++this.#seq
    this.usedAt = performance.now()
    this.owner = run.tenant
    return new Promise((resolve) => {
      const cancel = (): void => this.#send({ type: 'cancel', seq, reason: reasonOf(signal?.reason) })
      const guard = setTimeout(
        () => this.#overdue(seq, run.limits.timeoutMs),
        run.limits.timeoutMs + ANSWER_GRACE_MS,
      )
      this.#inFlight.set(seq, {
        guard,
        settle: (verdict) => {
          signal?.removeEventListener('abort', cancel)
          resolve(verdict)
        },
      })
      this.#sendRun(seq, run)
      signal?.addEventListener('abort', cancel, { once: true })
    })
  }

  /** Lets what is running end, takes no more, then goes. */
  drain(): void {
    if (this.#state === 'dead') return
    this.#state = 'draining'
    if (this.#inFlight.size === 0) this.retire()
  }

  /** Ends the process because it is no longer needed. */
  retire(): void {
    this.#retired = true
    this.kill('The cell was retired')
  }

  /** Ends the process at once; what runs in it is told that the cell died. */
  kill(reason: string): void {
    this.#process.child.kill('SIGKILL')
    this.#end(reason)
  }

  #sendRun(
    seq: number,
    { bundle, file, funcName, argsJson, contextJson, limits, realm = 'fresh' }: SandboxRun,
  ): void {
    const { send, forget } = this.#bundles.use(bundle)
    for (const id of forget) this.#send({ type: 'forget', id })
    if (send) this.#send({ type: 'bundle', id: bundle.id, files: bundle.files })
    this.#send({ type: 'run', seq, bundle: bundle.id, file, funcName, argsJson, contextJson, limits, realm })
  }

  #send(frame: ToCell): void {
    if (this.#state !== 'dead') this.#process.pipe.write(encodeFrame(frame))
  }

  #receive(frame: FromCell): void {
    switch (frame.type) {
      case 'ready':
        if (this.#state !== 'starting') throw new Error('it was ready before')
        clearTimeout(this.#startGuard)
        this.#state = 'open'
        this.#wasReady = true
        return this.#onChange()
      case 'outcome':
        return this.#settle(frame.seq, frame.outcome)
      case 'stuck':
        return this.drain()
    }
  }

  #settle(seq: number, outcome: EncodedOutcome): void {
    const entry = this.#inFlight.get(seq)
    if (entry === undefined) throw new Error(`an outcome for a run that is not under way, ${seq}`)
    this.#inFlight.delete(seq)
    clearTimeout(entry.guard)
    this.usedAt = performance.now()
    entry.settle({ kind: 'outcome', outcome })
    if (this.#state === 'draining' && this.#inFlight.size === 0) this.retire()
    this.#onChange()
  }

  /** The cell ought to have timed the run out itself. The run is to blame for that, and no other. */
  #overdue(seq: number, timeoutMs: number): void {
    this.#settle(seq, timedOut(timeoutMs, timeoutMs + ANSWER_GRACE_MS))
    this.kill(`The cell did not answer ${ANSWER_GRACE_MS} ms after the end of a run was due`)
  }

  #end(reason: string): void {
    if (this.#state === 'dead') return
    this.#state = 'dead'
    clearTimeout(this.#startGuard)
    this.#reason = reason
    const outOfMemory = /heap out of memory|Fatal process out of memory|Reached heap limit/.test(this.#stderr)
    const suspects = this.#inFlight.size
    for (const { guard, settle } of this.#inFlight.values()) {
      clearTimeout(guard)
      settle({ kind: 'died', suspects, outOfMemory, reason })
    }
    this.#inFlight.clear()
    this.#onChange()
  }
}

/** See `keep-alive.ts`. */
function unreference({ child, pipe }: CellProcess): void {
  child.unref()
  for (const stream of [pipe, child.stderr]) {
    if (stream instanceof Socket) stream.unref()
  }
}
