import type { Contender } from '../contender.ts'

/** Another way to run code that is not trusted. */
export interface Peer extends AsyncDisposable {
  readonly contender: Contender
}

/** Starts a peer; gives nothing where its package is not installed or does not load on this machine. */
export async function startIfInstalled(start: () => Promise<Peer>): Promise<Peer | undefined> {
  try {
    return await start()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'].includes(String(error.code))
}
