import type { Duplex } from 'node:stream'
import { FrameDecoder } from '../cell/frame-codec.ts'
import { MAX_FRAME_BYTES } from '../cell/frames.ts'
import type { FromCell } from '../cell/from-cell.ts'
import { parseFrame } from './parse-frame.ts'

/** Hears what a cell says. @param onBroken called with what is wrong about a frame, or with what `onFrame` throws */
export function readFrames(
  pipe: Duplex,
  onFrame: (frame: FromCell) => void,
  onBroken: (why: string) => void,
): void {
  const decoder = new FrameDecoder(MAX_FRAME_BYTES)
  pipe.on('data', (chunk: Buffer) => {
    try {
      for (const text of decoder.push(chunk)) onFrame(parseFrame(text))
    } catch (thrown) {
      onBroken(thrown instanceof Error ? thrown.message : String(thrown))
    }
  })
}
