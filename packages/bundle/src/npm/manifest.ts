import { join } from 'node:path'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { z } from 'zod'
import type { Looked } from '../folder-walk.ts'
import { readInside } from './read-inside.ts'

const MAX_BYTES = 1024 * 1024

const dependenciesSchema = z.record(z.string(), z.unknown()).optional().catch(undefined)

/** What resolving a package needs of its `package.json`; what is malformed counts as absent. */
const manifestSchema = z.looseObject({
  // It becomes part of a path.
  version: z
    .string()
    .regex(/^[\w.+-]{1,64}$/)
    .optional()
    .catch(undefined),
  type: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  browser: z
    .union([z.string(), z.record(z.string(), z.union([z.string(), z.literal(false)]))])
    .optional()
    .catch(undefined),
  imports: z.record(z.string(), z.unknown()).optional().catch(undefined),
  dependencies: dependenciesSchema,
  optionalDependencies: dependenciesSchema,
  peerDependencies: dependenciesSchema,
})

export type Manifest = z.output<typeof manifestSchema>

/** The `package.json` of a folder with no symlink in its path, empty if it has none; a text says why it is of no use. */
export async function readManifest(
  folder: string,
  shown: string,
  looked?: Looked[],
): Promise<Manifest | string> {
  let text: string | undefined
  try {
    text = await readInside(
      { folder, path: join(folder, 'package.json'), shown, maxBytes: MAX_BYTES },
      looked,
    )
  } catch (error) {
    if (error instanceof IsolatedRuntimeError) return error.message
    throw error
  }
  if (text === undefined) return manifestSchema.parse({})
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : 'its package.json holds no object'
  } catch {
    return 'its package.json is not JSON'
  }
}
