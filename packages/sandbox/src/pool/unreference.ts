import { Socket } from 'node:net'
import type { CellProcess } from './cell-process.ts'

/** Lets the host process end although a cell lives; see `keep-alive.ts`. */
export function unreference({ child, pipe }: CellProcess): void {
  child.unref()
  for (const stream of [pipe, child.stderr]) {
    if (stream instanceof Socket) stream.unref()
  }
}
