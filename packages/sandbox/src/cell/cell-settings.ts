import { z } from 'zod'
import { allowSchema } from '../allow.ts'

/** What a cell is told when it is started, as the one argument of its command line, in JSON. */
export const cellSettingsSchema = z.strictObject({
  threads: z.int().min(1),
  memoryMb: z.int().min(1),
  /** How much more memory than at the start the process may hold. */
  growthMb: z.int().min(1),
  maxRunsPerRealm: z.int().min(1),
  allow: allowSchema,
  /** The file that threads run. */
  threadFile: z.string(),
})

export type CellSettings = z.infer<typeof cellSettingsSchema>
