import { z } from 'zod'

/**
 * How a run gets its globals; `docs/guide/realms.md` compares the three.
 *
 * - `fresh`: a new realm for each run
 * - `hardened`: a realm whose builtins are frozen serves run after run; globals and modules are new for each
 * - `warm`: a realm serves run after run, with its globals and modules as the last run left them
 *
 * A realm that is used again is so by runs of the same tenant and the same bundle only; under the isolation `shared`,
 * which knows no tenants, every realm is fresh.
 */
export const realmKindSchema = z.enum(['fresh', 'hardened', 'warm'])

export type RealmKind = z.infer<typeof realmKindSchema>
