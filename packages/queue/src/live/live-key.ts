/** What is told of a run while it goes on, each in a stream of its own, so that none crowds out the other. */
export type LiveKind = 'logs' | 'progress'

/** The key of a stream; with the keys of its queue, and so on the same node of a cluster. */
export function liveKey(queueKey: string, kind: LiveKind, jobId: string): string {
  return `${queueKey}:live:${kind}:${jobId}`
}

/** The field of an entry of such a stream that holds the items, as a JSON array. */
export const ITEMS_FIELD = 'items'
