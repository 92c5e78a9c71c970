import type { Duplex } from 'node:stream'
import { encodeFrame } from '../cell/frame-codec.ts'
import { MAX_FRAME_BYTES, type ToCell } from '../cell/frames.ts'
import type { SandboxRun } from './sandbox-run.ts'
import { bundleFrame, runFrame, type RunFrameOptions } from './run-frames.ts'
import { SentBundles } from './sent-bundles.ts'

/** What a slot may leave unread in the pipe: a bundle and a run. */
const MAX_UNREAD_BYTES = 2 * MAX_FRAME_BYTES

const MAX_BUNDLE_BYTES = 64 * 1024 * 1024

/** Sends frames to a cell, and each bundle before the first run of it. */
export class FrameSender {
  readonly #pipe: Duplex
  readonly #maxUnreadBytes: number
  readonly #onUnread: (bytes: number) => void
  readonly #bundles = new SentBundles(MAX_BUNDLE_BYTES)

  /** @param onUnread called when the cell leaves more unread than any that reads what it answers */
  constructor(pipe: Duplex, slots: number, onUnread: (bytes: number) => void) {
    this.#pipe = pipe
    // A slot holds one run at a time.
    this.#maxUnreadBytes = slots * MAX_UNREAD_BYTES
    this.#onUnread = onUnread
  }

  /** Sends a frame; nothing once the pipe is destroyed. */
  send(frame: ToCell): void {
    if (this.#pipe.destroyed) return
    this.#pipe.write(encodeFrame(frame))
    if (this.#pipe.writableLength > this.#maxUnreadBytes) this.#onUnread(this.#pipe.writableLength)
  }

  sendRun(seq: number, run: SandboxRun, options: RunFrameOptions): void {
    const { send, forget } = this.#bundles.use(run.bundle)
    for (const id of forget) this.send({ type: 'forget', id })
    if (send) this.send(bundleFrame(run.bundle))
    this.send(runFrame(seq, run, options))
  }
}
