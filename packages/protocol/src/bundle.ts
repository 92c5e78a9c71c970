import { createHash } from 'node:crypto'
import { z } from 'zod'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { jsonObjectTextSchema } from './json-text.ts'
import { parseJson } from './parse.ts'
import { patternSchema } from './pattern-schema.ts'

/** What the id of a bundle looks like. */
export const BUNDLE_ID: RegExp = /^sha256-[0-9a-f]{64}$/

/** A bundle's id: the hash of its content. */
export const bundleIdSchema = patternSchema(
  BUNDLE_ID,
  '"sha256-" and 64 hexadecimal digits, as packing returns it',
)

const bundlePathSchema = z.string().startsWith('/')

const bundleFileSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('commonjs'),
    /** The body of a CommonJS module. */
    code: z.string(),
    /** What its specifiers lead to that are not paths, such as `lodash`: paths inside the bundle. */
    imports: z.record(z.string(), bundlePathSchema).optional(),
    /** Why others of its specifiers lead nowhere, as packing saw it. */
    missing: z.record(z.string(), z.string().regex(/^[^/]/)).optional(),
    /** The source map of the code, as JSON, where the author wrote something else. It never reaches a guest. */
    map: z.string().optional(),
  }),
  /** JSON text, known to parse. */
  z.strictObject({ kind: z.literal('json'), code: z.string() }),
])

/** The files of a bundle, by path. */
export const bundleFilesSchema = z.record(bundlePathSchema, bundleFileSchema)

const bundleContentSchema = z.strictObject({
  files: bundleFilesSchema,
  /** Globals that every run of the bundle sees, as a JSON object. */
  constantsJson: jsonObjectTextSchema.optional(),
})

export type BundleFile = z.infer<typeof bundleFileSchema>

/** An immutable, content-addressed snapshot of a folder of guest code, ready to load. */
export interface Bundle {
  readonly id: string
  /** By path inside the bundle, such as `/rules/vat.js`; in the order of the paths' code units. */
  readonly files: Readonly<Record<string, BundleFile>>
  /** Globals that every run of it sees, as a JSON object; they may be secret. */
  readonly constantsJson?: string | undefined
  /** Size of the canonical text, in UTF-8. */
  readonly bytes: number
}

/** Where bundles are kept. An id never names two contents, so nothing is ever overwritten. */
export interface BundleStore {
  /** Keeps a bundle; does nothing if it is there. */
  put(bundle: Bundle): Promise<void>
  /** The bundle, checked against its id; `undefined` if it is not there. */
  get(id: string): Promise<Bundle | undefined>
  has(id: string): Promise<boolean>
}

/** Makes a bundle of files; the same content gives the same id in whatever order it comes. */
export function createBundle(
  files: Readonly<Record<string, BundleFile>>,
  { constantsJson }: Pick<Bundle, 'constantsJson'> = {},
): Bundle {
  const sorted = Object.fromEntries(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const text = encodeBundle({ files: sorted, constantsJson })
  return { id: idOf(text), files: sorted, constantsJson, bytes: Buffer.byteLength(text) }
}

/** The canonical text of a bundle: what its id is the hash of, and what stores keep. */
export function encodeBundle({ files, constantsJson }: Pick<Bundle, 'files' | 'constantsJson'>): string {
  return JSON.stringify({ files, constantsJson })
}

/** @throws `BUNDLE_CORRUPT` if the text is not what the id says */
export function decodeBundle(text: string, id: string): Bundle {
  const actual = idOf(text)
  if (actual !== id) {
    throw new IsolatedRuntimeError(
      'BUNDLE_CORRUPT',
      `Bundle "${id}" was read, but its content has the id "${actual}"`,
    )
  }
  const content = parseJson(bundleContentSchema, text, `bundle "${id}"`, 'BUNDLE_CORRUPT')
  return { id, ...content, bytes: Buffer.byteLength(text) }
}

function idOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('hex')}`
}
