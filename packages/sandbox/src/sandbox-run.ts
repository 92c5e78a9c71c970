import type { Bundle, RunCall } from '@isolated-runtime/protocol'

/** One call of one function of a bundle, as the sandbox takes it. */
export interface SandboxRun extends RunCall {
  readonly bundle: Bundle
  /** `run` gives it a cell of its own, whatever the sandbox does otherwise. @default that of the sandbox */
  readonly isolation?: 'run' | undefined
}
