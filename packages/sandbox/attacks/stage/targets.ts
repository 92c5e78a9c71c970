import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What an attack on a thread or a cell tries to read. */
export const OUTER_SECRET = 'the secret of the machine'

/** Where the secret lies outside of the process of a cell: readable, and told, to everybody on the machine. */
export interface Addresses {
  readonly folder: string
  readonly file: string
  readonly socket: string
  readonly port: number
  readonly udpPort: number
  /** The process id of the executor. */
  readonly pid: number
}

export class Targets implements AsyncDisposable {
  readonly addresses: Addresses
  readonly #resources: AsyncDisposableStack

  static async start(): Promise<Targets> {
    await using resources = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'isolated-runtime-attacks-'))
    resources.defer(() => rm(folder, { recursive: true }))
    await chmod(folder, 0o755)
    const file = join(folder, 'secret.txt')
    await writeFile(file, OUTER_SECRET, { mode: 0o644 })
    const socket = join(folder, 'socket')
    const tcp = resources.use(
      createServer((connection) => connection.on('error', () => {}).end(OUTER_SECRET)),
    )
    const unix = resources.use(
      createServer((connection) => connection.on('error', () => {}).end(OUTER_SECRET)),
    )
    const udp = createSocket('udp4', (_, sender) => udp.send(OUTER_SECRET, sender.port, sender.address))
    resources.defer(async () => {
      udp.close()
    })
    tcp.listen(0, '127.0.0.1')
    unix.listen({ path: socket, readableAll: true, writableAll: true })
    udp.bind(0, '127.0.0.1')
    await Promise.all([tcp, unix, udp].map((server) => once(server, 'listening')))
    const { port } = tcp.address() as AddressInfo
    const addresses = { folder, file, socket, port, udpPort: udp.address().port, pid: process.pid }
    return new Targets(addresses, resources.move())
  }

  private constructor(addresses: Addresses, resources: AsyncDisposableStack) {
    this.addresses = addresses
    this.#resources = resources
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync()
  }
}
