/** What a terminal or a service manager sends to all processes of a service at once. */
const SENT_TO_ALL = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** When a cell ends is for its executor to say, which may want to wait for the runs in it. */
export function ignoreSignals(): void {
  for (const signal of SENT_TO_ALL) process.on(signal, () => {})
}
