// oxlint-disable-next-line typescript/triple-slash-reference -- whoever compiles this source finds the file by nothing else
/// <reference path="./cluster-key-slot.d.ts" />
import keySlot from 'cluster-key-slot'

/** How many slots a Redis Cluster divides its keys into. */
const SLOTS = 16_384

/**
 * The names of the BullMQ queues of a queue with several shards. The text in braces decides on the slot of a Redis
 * Cluster, and the slots of texts that differ in a digit lie together; so numbers are tried until each shard has a slot
 * in the middle half of its part of them all. The same arguments give the same names, always.
 */
export function shardNames(queueName: string, count: number): string[] {
  const part = SLOTS / count
  const names: string[] = []
  let number = 0
  for (let index = 0; index < count; index++) {
    const [from, to] = [(index + 0.25) * part, (index + 0.75) * part]
    const isThere = (slot: number): boolean => slot >= from && slot < to
    while (!isThere(keySlot(`${queueName}-${number}`))) number++
    names.push(`{${queueName}-${number}}`)
    number++
  }
  return names
}
