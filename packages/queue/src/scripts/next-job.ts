import { z } from 'zod'

/** What a script of ours says that leaves a case to BullMQ's. */
export const OTHER = 'other'

/** What `takeNext` of `lua/parts/take.lua` gives: a job as BullMQ reads it off Redis, or none, and how many are left. */
export const nextJobSchema = z.union([
  z.literal(OTHER),
  z.tuple([
    z.array(z.string()).nullable(),
    z.union([z.string(), z.literal(0)]),
    z.literal(0),
    z.literal(0),
    z.int(),
  ]),
])

/** What came of taking a job. */
export type NextJob = z.output<typeof nextJobSchema>
