import { exportedNames, type PackOptions } from '@isolated-runtime/bundle'
import { aliasSchema, parse, tenantSchema, type Bundle } from '@isolated-runtime/protocol'
import type { AliasMove } from '@isolated-runtime/queue'
import { z } from 'zod'
import { bySchema } from './aliases.ts'

const optionsSchema = z.strictObject({
  tenant: tenantSchema.optional(),
  alias: aliasSchema.optional(),
  by: bySchema.optional(),
  // Parsed by the package that packs.
  packing: z.looseObject({}).optional(),
})

export interface DeployOptions {
  /** The alias to move to the bundle, such as `pricing` or `pricing@staging`. */
  readonly alias?: string
  /** Whose alias it is. @default the client's tenant */
  readonly tenant?: string
  /** Who moves the alias, for its history. @default the name of this machine */
  readonly by?: string
  /** How this folder is packed, over the client's `packing`. */
  readonly packing?: PackOptions
}

/** A folder that the fleet has. */
export interface Deployment {
  /** The id of the bundle: the same content has the same id, whoever deploys it. */
  readonly id: string
  /** How many files the bundle holds. */
  readonly files: number
  /** Size of the bundle, before it is compressed. */
  readonly bytes: number
  /**
   * The names that each file exports, by the path to give as `file`, as far as they can be told without running the
   * code. What is exported under names made at run time is not seen.
   */
  readonly exports: Readonly<Record<string, readonly string[]>>
  /** Where the alias is now, if one was asked for. */
  readonly alias?: AliasMove
}

/** What a bundle that was deployed is told of. */
export function deploymentOf(bundle: Bundle): Deployment {
  const { id, bytes, files } = bundle
  return { id, files: Object.keys(files).length, bytes, exports: exportedNames(bundle) }
}

/** @throws `INVALID_REQUEST` listing every problem */
export function parseDeployOptions(options: DeployOptions): z.output<typeof optionsSchema> {
  return parse(optionsSchema, options, 'deploy options', 'INVALID_REQUEST')
}
