import { z } from 'zod'
import { kindOfJson } from './json/scan-json.ts'

/** Text that is a JSON array. */
export const jsonArrayTextSchema = z
  .string()
  .refine((text) => kindOfJson(text) === 'array', 'expected a JSON array')

/** Text that is a JSON object. */
export const jsonObjectTextSchema = z
  .string()
  .refine((text) => kindOfJson(text) === 'object', 'expected a JSON object')

/** Text that is JSON. */
export const jsonTextSchema = z.string().refine((text) => kindOfJson(text) !== undefined, 'expected JSON')
