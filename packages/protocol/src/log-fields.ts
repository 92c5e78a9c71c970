/** Fields of a log entry. docs/operate/log-events.md lists the events; their names are stable. */
export interface LogFields {
  /** What happened, such as `redis.lost`. */
  readonly event: `${string}.${string}`
  readonly [field: string]: unknown
}
