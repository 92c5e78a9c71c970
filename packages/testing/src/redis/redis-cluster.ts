import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { findRedisServer } from './find-redis.ts'
import { inlineCommand } from './inline-command.ts'
import { RedisServer } from './redis-server.ts'

const MASTERS = 3
const SLOTS = 16_384
const NODE_TIMEOUT_MS = 1_000
const PORT_TRIES = 5
const FORM_MS = 30_000
const POLL_MS = 50

interface Node {
  readonly server: RedisServer
  /** Where it hears from the other nodes. */
  readonly busPort: number
}

/** Three masters and a replica of each, as private servers on this machine. They are killed when this process ends. */
export class RedisCluster implements AsyncDisposable {
  /** Each has a third of the slots, in this order. */
  readonly masters: readonly RedisServer[]
  /** The replica of each master, in the same order. */
  readonly replicas: readonly RedisServer[]
  readonly #stack: AsyncDisposableStack
  #closing: Promise<void> | undefined

  private constructor(
    masters: readonly RedisServer[],
    replicas: readonly RedisServer[],
    stack: AsyncDisposableStack,
  ) {
    this.masters = masters
    this.replicas = replicas
    this.#stack = stack
  }

  /** Why there can be no cluster here, or `undefined`: in containers, nodes have addresses that do not hold outside. */
  static async problem(): Promise<string | undefined> {
    const { kind } = await findRedisServer()
    return kind === 'binary'
      ? undefined
      : 'A cluster needs "redis-server" or "valkey-server" on PATH; there is only Docker'
  }

  /** Starts a cluster with append-only files; it takes commands for all slots, and every master has its replica. */
  static async start(): Promise<RedisCluster> {
    await using stack = new AsyncDisposableStack()
    const nodes: Node[] = []
    for (let count = 0; count < 2 * MASTERS; count++) nodes.push(await startNode(stack))
    const servers = nodes.map(({ server }) => server)
    await meet(nodes)
    const masters = servers.slice(0, MASTERS)
    const replicas = servers.slice(MASTERS)
    await giveSlots(masters)
    await follow(masters, replicas)
    await until(() => isWhole(masters, replicas))
    return new RedisCluster(masters, replicas, stack.move())
  }

  /** For the client: the masters it started with. */
  get url(): string {
    return `redis+cluster://${this.masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`
  }

  /** The master, by its number, that has a slot as long as no other has taken its place. */
  masterOf(slot: number): number {
    return Math.floor((slot * MASTERS) / SLOTS)
  }

  /** Settles when the replica of a master that was killed has taken its place. */
  async takenOver(master: number): Promise<void> {
    const replica = this.replicas[master]
    await until(
      async () =>
        replica !== undefined &&
        (await inlineCommand(replica.port, 'INFO replication')).includes('role:master'),
    )
  }

  close(): Promise<void> {
    this.#closing ??= this.#stack.disposeAsync()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

async function startNode(stack: AsyncDisposableStack): Promise<Node> {
  for (let tries = 1; ; tries++) {
    const busPort = await freePort()
    const settings = {
      'cluster-enabled': 'yes',
      'cluster-port': busPort,
      'cluster-node-timeout': NODE_TIMEOUT_MS,
      // A replica stands for election however long it has not heard of its master.
      'cluster-replica-validity-factor': 0,
    }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    try {
      return { server: stack.use(await RedisServer.start({ appendOnly: true, args })), busPort }
    } catch (error) {
      // Somebody may have taken the port meanwhile.
      if (tries === PORT_TRIES) throw error
    }
  }
}

async function meet([first, ...others]: readonly Node[]): Promise<void> {
  for (const { server, busPort } of others) {
    await inlineCommand(first?.server.port ?? 0, `CLUSTER MEET 127.0.0.1 ${server.port} ${busPort}`)
  }
}

async function giveSlots(masters: readonly RedisServer[]): Promise<void> {
  for (const [index, { port }] of masters.entries()) {
    const from = Math.ceil((index * SLOTS) / MASTERS)
    const to = Math.ceil(((index + 1) * SLOTS) / MASTERS)
    const slots = Array.from({ length: to - from }, (_, at) => from + at)
    await inlineCommand(port, `CLUSTER ADDSLOTS ${slots.join(' ')}`)
  }
}

async function follow(masters: readonly RedisServer[], replicas: readonly RedisServer[]): Promise<void> {
  for (const [index, { port }] of replicas.entries()) {
    const master = await inlineCommand(masters[index]?.port ?? 0, 'CLUSTER MYID')
    // A node can follow whom the others have told it of.
    await until(async () => (await inlineCommand(port, 'CLUSTER NODES')).includes(master))
    await inlineCommand(port, `CLUSTER REPLICATE ${master}`)
  }
}

async function isWhole(masters: readonly RedisServer[], replicas: readonly RedisServer[]): Promise<boolean> {
  const nodes = [...masters, ...replicas]
  const told = await Promise.all(nodes.map(({ port }) => inlineCommand(port, 'CLUSTER INFO')))
  const links = await Promise.all(replicas.map(({ port }) => inlineCommand(port, 'INFO replication')))
  return (
    told.every((info) => info.includes('cluster_state:ok')) &&
    told.every((info) => info.includes(`cluster_known_nodes:${nodes.length}`)) &&
    links.every((info) => info.includes('master_link_status:up'))
  )
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + FORM_MS
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new Error(`The cluster was not as it should be within ${FORM_MS} ms`)
    await delay(POLL_MS)
  }
}
