import leven from 'leven'
import { z } from 'zod'

/** Names that differ by this share of their letters at most are taken for typing errors of each other. */
const TYPING_ERROR = 0.4

/**
 * Describes keys that a schema does not know, each with the key that was probably meant: one of the same object that is
 * spelled alike, or one of the same name in another object of the request.
 */
export function describeUnknownKeys(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  keys: readonly string[],
): string {
  const objects = [...objectsOf(schema, [])]
  const place = path.filter((part) => typeof part === 'string').join('.')
  return keys.map((key) => `unknown key "${key}"${hintOf(key, place, objects)}`).join(', ')
}

interface KnownObject {
  /** Its place in the input, such as `limits`; empty for the input itself. */
  readonly place: string
  readonly keys: readonly string[]
}

function hintOf(key: string, place: string, objects: readonly KnownObject[]): string {
  const siblings = objects.find((object) => object.place === place)?.keys ?? []
  const near = nearest(key, siblings)
  if (near !== undefined) return `, did you mean "${near}"?`
  const others = objects.filter((object) => object.place !== place)
  const owner = others.find(({ keys }) => keys.includes(key))
  if (owner !== undefined)
    return owner.place === '' ? ', it belongs one level up' : `, it belongs in "${owner.place}"`
  for (const other of others) {
    const nearThere = nearest(key, other.keys)
    if (nearThere !== undefined)
      return `, did you mean "${other.place === '' ? '' : `${other.place}.`}${nearThere}"?`
  }
  return siblings.length === 0 ? '' : `; known are ${siblings.map((name) => `"${name}"`).join(', ')}`
}

/** The name that is spelled most like another one; `undefined` if none is spelled alike. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const distances = Array.from(names, (known) => {
    const letters = Math.max(known.length, name.length)
    const isBeginning = name.length > 1 && known.toLowerCase().startsWith(name.toLowerCase())
    return { known, share: isBeginning ? 0 : leven(known.toLowerCase(), name.toLowerCase()) / letters }
  })
  const best = distances.toSorted((one, other) => one.share - other.share)[0]
  return best !== undefined && best.share <= TYPING_ERROR ? best.known : undefined
}

/** Every object that a schema describes, with its place; those in arrays and unions are left out. */
function* objectsOf(schema: unknown, path: readonly string[]): Generator<KnownObject> {
  if (schema instanceof z.ZodPipe) yield* objectsOf(schema.in, path)
  else if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    yield* objectsOf(schema.unwrap(), path)
  } else if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, unknown>> = schema.shape
    yield { place: path.join('.'), keys: Object.keys(shape) }
    for (const [key, field] of Object.entries(shape)) yield* objectsOf(field, [...path, key])
  }
}
