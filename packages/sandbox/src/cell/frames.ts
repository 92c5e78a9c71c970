import type { Bundle, Call } from '@isolated-runtime/protocol'

/**
 * What an executor says to a cell. The cell parses nothing of it: it is the executor's own child, of the same version,
 * and what runs ask for was parsed where they came in.
 */
export type ToCell =
  /** Sent once for a bundle, before the first run of it. */
  | ({ readonly type: 'bundle'; readonly id: string } & Pick<Bundle, 'files' | 'constantsJson'>)
  | { readonly type: 'forget'; readonly id: string }
  /** Starts threads for one more place, answered by `up`. The first is there from the start. */
  | { readonly type: 'open'; readonly place: number }
  /** Ends the threads of a place, whatever they are at; its number is never used again. */
  | { readonly type: 'close'; readonly place: number }
  | {
      readonly type: 'run'
      /** Names the run between this executor and this cell; never used twice. */
      readonly seq: number
      /** Whose threads take it up: no others may. */
      readonly place: number
      readonly bundle: string
      readonly call: Call
      /** Whether somebody listens to its log while it goes on. */
      readonly live?: boolean | undefined
    }
  | { readonly type: 'cancel'; readonly seq: number; readonly reason: string }

/** The largest frame either side takes. A result of the ceiling's size may double when its text is quoted. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024
