import { bundleIdSchema, parseJson } from '@isolated-runtime/protocol'
import { z } from 'zod'

const moveSchema = z.strictObject({ bundle: bundleIdSchema, by: z.string(), movedAt: z.number() })

/** One move of an alias. */
export interface AliasMove {
  /** The full name, such as `pricing@live`. */
  readonly alias: string
  /** The bundle that it was moved to. */
  readonly bundle: string
  /** Who moved it, as they said. */
  readonly by: string
  /** When, by the clock of Redis, in milliseconds since the epoch. */
  readonly movedAt: number
}

/** Reads the stored history of an alias, newest first. @throws `INVALID_MESSAGE` */
export function parseHistory(alias: string, history: string): AliasMove[] {
  return history.split('\n').map((line) => ({
    alias,
    ...parseJson(moveSchema, line, `history of alias "${alias}"`, 'INVALID_MESSAGE'),
  }))
}
