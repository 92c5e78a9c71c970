import { IsolatedRuntimeError } from '@isolated-runtime/protocol'

/** The error by which a run is handed back to the queue. */
export function closedHere(why: string): IsolatedRuntimeError {
  return new IsolatedRuntimeError('CLOSED', `The run is not carried on here: ${why}`)
}
