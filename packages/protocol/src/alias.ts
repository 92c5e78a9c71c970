import { BUNDLE_ID } from './bundle.ts'
import { patternSchema } from './pattern-schema.ts'

const DEFAULT_LABEL = 'live'
const ALIAS = /^(?!sha256-)[\w.-]{1,64}(?:@[\w.-]{1,64})?$/

/** The name of an alias, with its label: `pricing@live`; without one it is the label `live`. */
export const aliasSchema = patternSchema(
  ALIAS,
  'the name of an alias, of letters, digits, ".", "_" and "-", and a label if wanted, such as "pricing" or "pricing@live"',
).transform(toAlias)

/** What a request may name a bundle by. */
export const bundleReferenceSchema = patternSchema(
  new RegExp(`${BUNDLE_ID.source}|${ALIAS.source}`),
  '"sha256-" and 64 hexadecimal digits, as deploying returns it, or the name of an alias, such as "pricing" or "pricing@live"',
)

/** Whether a reference is the id of a bundle, and no alias. */
export function isBundleId(reference: string): boolean {
  return BUNDLE_ID.test(reference)
}

/** The full name of an alias. */
export function toAlias(name: string): string {
  return name.includes('@') ? name : `${name}@${DEFAULT_LABEL}`
}
