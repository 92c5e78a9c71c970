import {
  ANY_OBJECT,
  bundleReferenceSchema,
  codeFields,
  mapFields,
  mapStreamFields,
  oneOf,
  retryFields,
  sharedCallFields,
  withFile,
} from '@isolated-runtime/protocol'
import { z } from 'zod'
import { fleetFields } from './run-request.ts'

const fields = {
  ...sharedCallFields,
  ...codeFields,
  ...fleetFields,
  ...retryFields,
  bundle: bundleReferenceSchema.optional(),
}

/** Calls of one function on the fleet with many argument lists, as callers write them. */
export const mapRequestSchema = z
  .strictObject({ ...fields, ...mapFields })
  .superRefine(oneOf('folder', 'bundle', 'source'), ANY_OBJECT)
  .transform(withFile)

/** The same, with the argument lists of an iterator. */
export const mapStreamRequestSchema = z
  .strictObject({ ...fields, ...mapStreamFields })
  .superRefine(oneOf('folder', 'bundle', 'source'), ANY_OBJECT)
  .transform(withFile)

export type MapRequest = z.input<typeof mapRequestSchema>

export type MapStreamRequest = z.input<typeof mapStreamRequestSchema>
