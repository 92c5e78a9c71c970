// The package, which ioredis itself uses, comes without types.
declare module 'cluster-key-slot' {
  /** The slot of a key in a Redis Cluster, from 0 to 16,383. */
  export default function keySlot(key: string): number
}
