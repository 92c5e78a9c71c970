import type { Retries } from '@isolated-runtime/protocol'
import type { SandboxRun } from '@isolated-runtime/sandbox'

/** A run that has all it needs to be given to a sandbox. */
export interface LocalRun extends SandboxRun {
  readonly retries: Retries | undefined
}
