import type { LogEntry } from '@isolated-runtime/protocol'

/** What a thread says of its run while that goes on. */
export type LiveMessage =
  | { readonly type: 'log'; readonly entry: LogEntry }
  /** A value that the guest reported, as JSON. */
  | { readonly type: 'progress'; readonly json: string }

/**
 * Takes texts and numbers, and nothing else, of what a thread says that may have been taken over. Whether they are what
 * they should be is for the executor to see.
 *
 * @throws Error where they are not there
 */
export function takeLiveMessage(said: unknown): LiveMessage {
  const { type, entry, json } = Object(said) as Record<string, unknown>
  if (type === 'progress' && typeof json === 'string') return { type, json }
  const { level, time, text } = Object(entry) as Record<string, unknown>
  if (type === 'log' && typeof level === 'string' && typeof time === 'number' && typeof text === 'string')
    return { type, entry: { level: level as LogEntry['level'], time, text } }
  throw new Error('A thread says what no honest one does of its run')
}
