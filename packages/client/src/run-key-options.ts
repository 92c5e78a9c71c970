import { parse, runIdSchema, tenantSchema } from '@isolated-runtime/protocol'
import type { RunKey } from '@isolated-runtime/queue'
import { z } from 'zod'

/** Whose run it is that is named by its id. */
export interface RunKeyOptions {
  /** @default the client's tenant */
  readonly tenant?: string
}

const optionsSchema = z.strictObject({ tenant: tenantSchema.optional() })

/** The run of that id, of the client's tenant unless another is named. @throws `INVALID_REQUEST` */
export function runKeyOf(id: string, options: RunKeyOptions, ofClient: string): RunKey {
  const { tenant = ofClient } = parse(optionsSchema, options, 'options', 'INVALID_REQUEST')
  return { tenant, id: parse(runIdSchema, id, 'run id', 'INVALID_REQUEST') }
}
