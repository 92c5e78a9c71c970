import type { FromCell } from './from-cell.ts'
import { takeLiveMessage } from '../thread/live-message.ts'

type LiveFrame = Extract<FromCell, { type: 'live' }>

/** How long a line may lie here so that others can go with it. */
const FLUSH_AFTER_MS = 50
const FLUSH_OVER_CHARS = 16 * 1024

interface Batch {
  logs: LiveFrame['logs']
  progress: LiveFrame['progress']
  chars: number
  timer: NodeJS.Timeout | undefined
}

/** Collects what runs say while they go on, for those that somebody listens to, and sends it in batches. */
export class LiveRuns {
  readonly #send: (frame: LiveFrame) => void
  readonly #batches = new Map<number, Batch>()

  constructor(send: (frame: LiveFrame) => void) {
    this.#send = send
  }

  begin(seq: number): void {
    this.#batches.set(seq, { logs: [], progress: [], chars: 0, timer: undefined })
  }

  /**
   * Takes what a thread says of its run.
   *
   * @throws Error for what no honest thread says: whoever has taken one over ends this cell by it
   */
  hear(seq: number, said: unknown): void {
    const batch = this.#batches.get(seq)
    if (batch === undefined) return
    const message = takeLiveMessage(said)
    if (message.type === 'log') batch.logs.push(message.entry)
    else batch.progress.push(message.json)
    batch.chars += message.type === 'log' ? message.entry.text.length : message.json.length
    if (batch.chars > FLUSH_OVER_CHARS) this.#flush(seq, batch)
    else batch.timer ??= setTimeout(() => this.#flush(seq, batch), FLUSH_AFTER_MS)
  }

  /** Sends what is left; must come before the outcome. */
  end(seq: number): void {
    const batch = this.#batches.get(seq)
    if (batch === undefined) return
    this.#batches.delete(seq)
    this.#flush(seq, batch)
  }

  #flush(seq: number, batch: Batch): void {
    clearTimeout(batch.timer)
    batch.timer = undefined
    const { logs, progress } = batch
    if (logs.length === 0 && progress.length === 0) return
    batch.logs = []
    batch.progress = []
    batch.chars = 0
    this.#send({ type: 'live', seq, logs, progress })
  }
}
