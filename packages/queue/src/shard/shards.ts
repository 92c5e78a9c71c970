import { createHash } from 'node:crypto'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { z } from 'zod'
import { shardNames } from './shard-names.ts'

/** Each costs an executor a connection and a few commands a second. */
const MAX_SHARDS = 64

/** How many BullMQ queues the runs of one queue lie on. */
export const shardsSchema = z.int().min(1).max(MAX_SHARDS)

export interface ShardsOptions {
  readonly keyPrefix: string
  readonly queueName: string
  /** How many. @default 1 */
  readonly shards?: number | undefined
}

/** The BullMQ queues that the runs of one queue lie on: the tenant decides which. */
export class Shards {
  /** A name for what is beside the shards, such that all of one kind has one slot of a cluster. */
  readonly slotName: string
  /** The name of each BullMQ queue, in order. */
  readonly queueNames: readonly string[]

  /**
   * @param isCluster whether all keys of a BullMQ queue must have one slot
   * @throws `INVALID_OPTIONS` when the names have braces, which decide on the slot of a key, and there are several shards
   */
  constructor({ keyPrefix, queueName, shards = 1 }: ShardsOptions, isCluster: boolean) {
    this.slotName = isCluster ? withSlot(keyPrefix, queueName) : queueName
    if (shards === 1) {
      this.queueNames = [this.slotName]
      return
    }
    refuseBraces('queue', queueName)
    refuseBraces('key prefix', keyPrefix)
    this.queueNames = shardNames(queueName, shards)
  }

  /** The number of the shard that the runs of a tenant lie on, from 0. */
  indexOf(tenant: string): number {
    const { length } = this.queueNames
    return length === 1 ? 0 : createHash('sha256').update(tenant).digest().readUInt32BE() % length
  }

  /** The name of the BullMQ queue that the runs of a tenant lie on. */
  queueNameOf(tenant: string): string {
    return this.pick(this.queueNames, tenant)
  }

  /** Of what there is for each shard, that for the shard of a tenant. */
  pick<Part>(parts: readonly Part[], tenant: string): Part {
    const part = parts[this.indexOf(tenant)]
    if (part === undefined) throw new IsolatedRuntimeError('INTERNAL', `Tenant "${tenant}" has no shard`)
    return part
  }
}

/** A name such that all keys that start with the prefix and it have one slot of a Redis Cluster. */
function withSlot(keyPrefix: string, name: string): string {
  return /\{[^}]+\}/.test(`${keyPrefix}:${name}`) ? name : `{${name}}`
}

function refuseBraces(what: string, name: string): void {
  if (!/[{}]/.test(name)) return
  throw new IsolatedRuntimeError(
    'INVALID_OPTIONS',
    `The ${what} "${name}" cannot have several shards: they are told apart by braces; choose a name without`,
  )
}
