import type { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { NO_USAGE } from './no-usage.ts'
import type { Unsuccessful } from './outcome.ts'
import type { EncodedRunError } from './run-error.ts'
import type { Usage } from './usage.ts'

/** An outcome that an error explains, of a run that said nothing itself. */
export function unsuccessful(
  status: Unsuccessful['status'],
  error: IsolatedRuntimeError,
  usage: Partial<Usage> = {},
): Unsuccessful {
  return { status, error: toRunError(error), logs: [], logsDropped: 0, usage: { ...NO_USAGE, ...usage } }
}

/** The data of an error; its stack is the platform's own and stays behind. */
export function toRunError(error: IsolatedRuntimeError): EncodedRunError {
  return { code: error.code, name: error.name, message: error.message }
}
