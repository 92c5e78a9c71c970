/** A job that an executor has taken off the queue, as BullMQ reads it. */
export interface TakenJob {
  readonly id: string
  /** Of its lock. */
  readonly token: string
  /** `run`, or what the gate has made of it. */
  readonly name: string
  /** Its message, which may be malformed. */
  readonly data: unknown
  /** When it was submitted, in milliseconds since the epoch, by the clock of Redis. */
  readonly submittedAt: number
  /** When it was taken, by the same clock. */
  readonly takenAt: number
  /** How often it was taken, this time included. */
  readonly attempt: number
}

/**
 * What became of a job: `over` with what it is completed with; `put-off`, it lies among the delayed ones already; or
 * `hand-back`, it cannot be carried out here and goes to the next executor.
 */
export type Processed<Result> =
  | { readonly kind: 'over'; readonly result: Result }
  | { readonly kind: 'put-off' }
  | { readonly kind: 'hand-back' }
