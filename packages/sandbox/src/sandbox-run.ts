import type { Bundle, RunCall } from '@isolated-runtime/protocol'
import type { Isolation } from './pool/isolation.ts'

/** One call of one function of a bundle, as the sandbox takes it. */
export interface SandboxRun extends RunCall {
  readonly bundle: Bundle
  /** Keeps it further apart than the sandbox does otherwise; never less. @default that of the sandbox */
  readonly isolation?: Isolation | undefined
  /** Whose threads its own may share a process with under `cordon`: a label. @default 'default' */
  readonly cordon?: string | undefined
}
