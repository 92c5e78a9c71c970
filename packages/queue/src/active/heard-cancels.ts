/** How long an executor may wait for the answer by which it has taken a run. */
const KEEP_MS = 30_000
const MAX_KEPT = 10_000

/**
 * The jobs that were cancelled a short while ago and are not known here. One of them may be on its way to this executor:
 * the queue has given it away, and the answer that says so comes by another connection than the cancellation.
 */
export class HeardCancels {
  readonly #heardAt = new Map<string, number>()

  add(jobId: string): void {
    const now = performance.now()
    for (const [oldest, heardAt] of this.#heardAt) {
      if (this.#heardAt.size < MAX_KEPT && heardAt > now - KEEP_MS) break
      this.#heardAt.delete(oldest)
    }
    this.#heardAt.delete(jobId)
    this.#heardAt.set(jobId, now)
  }

  /** Whether it was heard of, once. */
  take(jobId: string): boolean {
    return this.#heardAt.delete(jobId)
  }
}
