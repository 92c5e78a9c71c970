import { z } from 'zod'
import { ALLOWABLE_GLOBALS, type Allowable } from './realm/permits.ts'

/** What `SandboxOptions.allow` may name. */
export const ALLOWABLES = Object.keys(ALLOWABLE_GLOBALS) as readonly Allowable[]

export const allowSchema = z.array(z.enum(ALLOWABLES)).readonly()
