import type { Bundle, RunCall } from '@isolated-runtime/protocol'

/** One call of one function of a bundle, as the sandbox takes it. */
export interface SandboxRun extends RunCall {
  readonly bundle: Bundle
}
