import type { Bundle, Call } from '@isolated-runtime/protocol'
import type { Isolation } from './isolation.ts'

/** A call, the bundle it is made of, and whose it is. */
export interface SandboxRun {
  readonly bundle: Bundle
  readonly tenant: string
  readonly call: Call
  /** Keeps it further apart than the sandbox does otherwise; never less. @default that of the sandbox */
  readonly isolation?: Isolation | undefined
  /** Whose threads its own may share a process with under `cordon`: a label. @default 'default' */
  readonly cordon?: string | undefined
}
