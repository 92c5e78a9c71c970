// A Ctrl-C comes twice within moments: from the terminal, and from npm, which passes it on.
const SAME_MS = 500
const EXIT_CODE = 130

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP, for an end in order; a later one ends this process at once.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  let first: number | undefined
  const onSignal = (): void => {
    first ??= performance.now()
    if (!controller.signal.aborted) controller.abort()
    else if (performance.now() - first > SAME_MS) process.exit(EXIT_CODE)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  return controller.signal
}
