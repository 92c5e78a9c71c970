import type { Bundle, BundleFile } from '@isolated-runtime/protocol'
import type { ToCell } from '../cell/frames.ts'
import type { SandboxRun } from './sandbox-run.ts'

/** Brings a bundle to a cell: all but the source maps, which say what the author wrote. */
export function bundleFrame({ id, files, constantsJson }: Bundle): ToCell {
  const withoutMaps = Object.entries(files).map(([path, file]) => [path, withoutMap(file)] as const)
  return { type: 'bundle', id, files: Object.fromEntries(withoutMaps), constantsJson }
}

export interface RunFrameOptions {
  /** Whether somebody listens to its log while it goes on. */
  readonly live?: boolean | undefined
  /** Whose threads take it up. @default the first, which a cell of one tenant has */
  readonly place?: number | undefined
}

/** Has a cell run something of a bundle it was sent. */
export function runFrame(seq: number, run: SandboxRun, { live, place = 0 }: RunFrameOptions = {}): ToCell {
  // A cell need not know whose run it is.
  return { type: 'run', seq, place, bundle: run.bundle.id, call: run.call, live }
}

function withoutMap(file: BundleFile): BundleFile {
  return file.kind === 'json' ? file : { ...file, map: undefined }
}
