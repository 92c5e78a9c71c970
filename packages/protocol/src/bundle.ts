import { createHash } from 'node:crypto'
import { z } from 'zod'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { parseJson } from './parse.ts'

/** A bundle's id: the hash of its content. */
export const bundleIdSchema = z
  .string()
  .regex(/^sha256-[0-9a-f]{64}$/, 'expected "sha256-" and 64 hexadecimal digits, as packing returns it')

const bundleFileSchema = z.discriminatedUnion('kind', [
  /** The body of a CommonJS module. */
  z.strictObject({ kind: z.literal('commonjs'), code: z.string() }),
  /** JSON text, known to parse. */
  z.strictObject({ kind: z.literal('json'), code: z.string() }),
])

/** The files of a bundle, by path. */
export const bundleFilesSchema = z.record(z.string().startsWith('/'), bundleFileSchema)

export type BundleFile = z.infer<typeof bundleFileSchema>

/** An immutable, content-addressed snapshot of a folder of guest code, ready to load. */
export interface Bundle {
  readonly id: string
  /** By path inside the bundle, such as `/rules/vat.js`; in the order of the paths' code units. */
  readonly files: Readonly<Record<string, BundleFile>>
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

/** Makes a bundle of files; the same files give the same id in whatever order they come. */
export function createBundle(files: Readonly<Record<string, BundleFile>>): Bundle {
  const sorted = Object.fromEntries(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const text = JSON.stringify(sorted)
  return { id: idOf(text), files: sorted, bytes: Buffer.byteLength(text) }
}

/** The canonical text of a bundle: what its id is the hash of, and what stores keep. */
export function encodeBundle(bundle: Bundle): string {
  return JSON.stringify(bundle.files)
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
  const files = parseJson(bundleFilesSchema, text, `bundle "${id}"`, 'BUNDLE_CORRUPT')
  return { id, files, bytes: Buffer.byteLength(text) }
}

function idOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('hex')}`
}
