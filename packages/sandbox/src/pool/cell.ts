import { cancelReason, longestMsOf } from '@isolated-runtime/protocol'
import type { FromCell, OutcomeFrame } from '../cell/from-cell.ts'
import { timedOut } from '../cell/outcomes.ts'
import type { LiveListener } from '../live/live-listener.ts'
import type { SandboxRun } from './sandbox-run.ts'
import type { AttemptVerdict } from './blame.ts'
import { CellBill } from './cell-bill.ts'
import type { CellOptions } from './cell-options.ts'
import { CellMemory, memoryOf, type HeldMemory } from './cell-memory.ts'
import type { CellProcess } from './cell-process.ts'
import { checkOutcome } from './check-outcome.ts'
import { FrameSender } from './frame-sender.ts'
import { ANSWER_GRACE_MS, AnswerGuard, InFlightRuns, type InFlight } from './in-flight.ts'
import { hearLive, LiveGuard } from './live-guard.ts'
import { LastWords } from './last-words.ts'
import type { MemoryWatch, WatchedCell } from './memory-watch.ts'
import type { Place } from './place.ts'
import type { PressedCell } from './pressure-watch.ts'
import { processEnd } from './process-end.ts'
import { readFrames } from './read-frames.ts'
import { SavedLog } from './saved-log.ts'
import { unreference } from './unreference.ts'
import { verdictOf } from './verdict-of.ts'

/** How long a cell may take to start. It takes a tenth of a second; a machine under load takes longer. */
const START_GRACE_MS = 20_000

/**
 * The executor's hold on one cell.
 *
 * ```
 * starting ──> open ──> draining ──> dead
 *     └──────────┴───────────────────^
 * ```
 */
export class Cell implements Place, WatchedCell, PressedCell {
  readonly memoryMb: number
  readonly slots: number
  readonly price: number
  readonly cordon = undefined
  readonly process: Cell = this
  readonly bill: CellBill
  readonly memory: CellMemory
  readonly runs = new InFlightRuns()
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  owner: string | undefined
  usedAt = performance.now()
  ownedAt = 0
  readonly #process: CellProcess
  readonly #sender: FrameSender
  readonly #memoryWatch: MemoryWatch
  readonly #onChange: () => void
  readonly #onPlaceUp: ((number: number) => void) | undefined
  readonly #startGuard: NodeJS.Timeout
  readonly #onReady: () => void
  readonly #stderr: LastWords
  #state: 'starting' | 'open' | 'draining' | 'dead' = 'starting'
  #seq = 0
  #stuck = 0
  #reason = ''
  #held: HeldMemory | undefined
  #wasReady = false
  #retired = false

  constructor(options: CellOptions) {
    const { threads, memoryMb, maxRunsPerRealm, allow, startCell, memoryWatch, onChange } = options
    this.slots = options.maxRuns ?? threads
    this.#onPlaceUp = options.onPlaceUp
    this.memoryMb = memoryMb
    this.price = options.price
    this.#onChange = onChange
    this.memory = new CellMemory(this.slots, memoryMb)
    this.#memoryWatch = memoryWatch
    this.bill = new CellBill(allow)
    this.#process = startCell({ threads, memoryMb, growthMb: this.memory.growthMb, maxRunsPerRealm, allow })
    const { child, pipe } = this.#process
    this.#onReady = options.startPriority.begin(child)
    const overfull = (bytes: number): void => this.kill(`The cell left ${bytes} bytes unread`)
    this.#sender = new FrameSender(pipe, this.slots, overfull)
    readFrames(
      pipe,
      (frame) => this.#receive(frame),
      (why) => this.kill(`The cell broke the protocol: ${why}`),
    )
    // Its end is told by `close`; writing to a cell that has just died is no error of its own.
    pipe.on('error', () => {})
    this.#stderr = new LastWords(child.stderr)
    this.gone = processEnd(this.#process, {
      look: (cpu) => this.bill.atDeath(this.runs.elapsedMs(), cpu),
      lastWords: () => this.#stderr.text,
      onEnd: (reason, cpuMs, byPlatform) => this.#end(reason, cpuMs, byPlatform),
    })
    unreference(this.#process)
    const overdue = (): void => this.kill(`The cell did not start within ${START_GRACE_MS} ms`)
    this.#startGuard = setTimeout(overdue, START_GRACE_MS).unref()
  }

  get pid(): number | undefined {
    return this.#process.child.pid
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
    return this.runs.size
  }

  /** Why it died, and what its process last wrote to standard error. */
  get lastWords(): string {
    return [this.#reason, this.#stderr.text].filter((text) => text !== '').join('\n')
  }

  /** Whether it has had no run yet. */
  get isUnused(): boolean {
    return this.#seq === 0
  }

  get startCpuMs(): number {
    return this.bill.startMs
  }

  get heldMb(): number {
    return this.memory.heldMb
  }

  /** Starts a thread for a further place in a cell of a cordon, or ends that of a place. */
  setPlace(place: number, type: 'open' | 'close'): void {
    this.#sender.send({ type, place })
  }

  /**
   * Runs in a slot that is free. Never rejects.
   *
   * @param place in a cell of a cordon, which one, and whether no run was there before
   */
  run(
    run: SandboxRun,
    signal: AbortSignal | undefined,
    listener?: LiveListener,
    place?: { readonly number: number; readonly isFirst: boolean },
  ): Promise<AttemptVerdict> {
    const seq = ++this.#seq
    this.usedAt = performance.now()
    this.#memoryWatch.add(this)
    return new Promise((resolve) => {
      const cancel = (): void =>
        this.#sender.send({ type: 'cancel', seq, reason: cancelReason(signal?.reason) })
      const longestMs = longestMsOf(run.call)
      this.runs.set(seq, {
        run,
        isFirst: place?.isFirst,
        sentAt: this.usedAt,
        processMb: this.memory.residentMb,
        guard: new AnswerGuard(longestMs, () => this.#overdue(seq, longestMs)),
        live: listener && new LiveGuard(run.call, listener),
        saved: new SavedLog(run.call.limits.maxLogBytes),
        settle: (verdict) => {
          signal?.removeEventListener('abort', cancel)
          resolve(verdict)
        },
      })
      this.#sender.sendRun(seq, run, { live: listener?.hearsLogs, place: place?.number })
      signal?.addEventListener('abort', cancel, { once: true })
    })
  }

  /** Lets what is running end, takes no more, then goes. */
  drain(): void {
    if (this.#state === 'dead') return
    this.#state = 'draining'
    if (this.runs.size === 0) this.retire()
  }

  /** Ends the process because it is no longer needed. */
  retire(): void {
    this.#retired = true
    this.kill('The cell was retired')
  }

  /** Ends the process at once; what runs in it is told that the cell died, and whether that is not for what runs in it. */
  kill(reason: string, byPlatform = false): void {
    const cpuMs = this.bill.atDeath(this.runs.elapsedMs())
    this.#process.child.kill('SIGKILL')
    this.#end(reason, cpuMs, byPlatform)
  }

  press(why: string): void {
    this.#held = this.memory.overOfOne()
    this.kill(why, this.#held === undefined)
  }

  measure(): void {
    this.memory.measure()
  }

  checkMemory(): void {
    const finding = this.memory.look()
    this.bill.look()
    this.runs.saw(this.memory.residentMb)
    if (finding.kind === 'end') {
      this.#held = finding.held
      const { residentMb, allowedMb } = finding.held
      this.kill(`The cell held ${residentMb} MB of memory, allowed are ${allowedMb}`)
    } else if (finding.kind === 'replace' && this.#state === 'open') this.drain()
  }

  #receive(frame: FromCell): void {
    switch (frame.type) {
      case 'ready':
        if (this.#state !== 'starting') throw new Error('it was ready before')
        clearTimeout(this.#startGuard)
        this.#state = 'open'
        this.#wasReady = true
        this.#onReady()
        this.memory.begin(this.pid)
        this.bill.begin(this.pid)
        return this.#onChange()
      case 'outcome':
        return this.#answer(frame)
      case 'up':
        this.bill.threadUp(frame.cpuMs)
        return this.#onPlaceUp?.(frame.place)
      case 'live':
        return hearLive(this.runs.get(frame.seq)?.live, frame)
      case 'saved':
        return this.runs.get(frame.seq)?.saved.add(frame.logs)
      case 'stuck':
        if (++this.#stuck > this.slots) throw new Error('it has more threads that do not stop than threads')
        return this.drain()
    }
  }

  #answer(frame: OutcomeFrame): void {
    const { seq, outcome } = frame
    const entry = this.runs.get(seq)
    if (entry === undefined) throw new Error(`an outcome for a run that is not under way, ${seq}`)
    checkOutcome(outcome, entry.run.call)
    const charged = this.bill.charged(frame, performance.now() - entry.sentAt, this.inFlight)
    const isFirst = entry.isFirst ?? this.#seq === 1
    this.#settle(seq, entry, verdictOf(frame, charged, entry, isFirst, this.bill.seesStarvation))
  }

  #settle(seq: number, entry: InFlight, verdict: AttemptVerdict): void {
    this.runs.delete(seq)
    entry.guard.end()
    this.usedAt = performance.now()
    entry.settle(verdict)
    if (this.#state === 'draining' && this.runs.size === 0) this.retire()
    this.#onChange()
  }

  /** The cell ought to have timed the run out itself. The run is to blame for that, and no other. */
  #overdue(seq: number, timeoutMs: number): void {
    const entry = this.runs.get(seq)
    if (entry !== undefined) {
      const cpuMs = this.bill.stuck(performance.now() - entry.sentAt, this.inFlight)
      const outcome = timedOut(timeoutMs, timeoutMs + ANSWER_GRACE_MS, cpuMs)
      this.#settle(seq, entry, { kind: 'outcome', outcome, processMb: entry.processMb })
    }
    this.kill(`The cell did not answer ${ANSWER_GRACE_MS} ms after the end of a run was due`)
  }

  /** @param cpuMs what each run in flight has used */
  #end(reason: string, cpuMs: readonly number[], byPlatform = false): void {
    if (this.#state === 'dead') return
    this.#state = 'dead'
    clearTimeout(this.#startGuard)
    // What it still had to say is not heard, and what was said to it is not kept.
    this.#process.pipe.destroy()
    this.#reason = reason
    this.memory.end()
    const memory = this.#held ?? memoryOf(this.#stderr.text)
    const alone = this.#seq === 1
    this.runs.end({ kind: 'died', alone, byPlatform, memory, reason, ruinedMs: this.startCpuMs }, cpuMs)
    this.#onChange()
  }
}
