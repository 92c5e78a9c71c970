import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface TcpTarget {
  readonly port: number
  /** @default '127.0.0.1' */
  readonly hostname?: string
}

interface Link {
  readonly near: Socket
  readonly far: Socket
}

/** A faulty wire: forwards connections to a port, and can cut them or swallow what they say. */
export class TcpProxy implements AsyncDisposable {
  readonly #links = new Set<Link>()
  readonly #server: Server
  readonly #target: TcpTarget
  #silent = false
  #closing: Promise<void> | undefined

  private constructor(target: TcpTarget) {
    this.#target = target
    this.#server = createServer((near) => this.#link(near))
  }

  /** Starts a proxy on a free port of 127.0.0.1. */
  static async start(target: TcpTarget): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  /** Where the proxy listens, on 127.0.0.1. */
  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The proxy is closed')
    return address.port
  }

  /** Breaks every connection there is; new ones are welcome. */
  cut(): void {
    for (const { near, far } of this.#links) {
      near.destroy()
      far.destroy()
    }
  }

  /** Keeps connections open, and takes new ones, but delivers nothing in either direction. */
  blackhole(): void {
    this.#silent = true
    for (const link of this.#links) disconnect(link)
  }

  /** Ends a black hole; what was sent into it arrives late, as it does on a network. */
  heal(): void {
    this.#silent = false
    for (const link of this.#links) join(link)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #link(near: Socket): void {
    const link: Link = { near, far: connect(this.#target.port, this.#target.hostname ?? '127.0.0.1') }
    this.#links.add(link)
    const drop = (): void => {
      near.destroy()
      link.far.destroy()
      this.#links.delete(link)
    }
    // An error is followed by `close`, which is all that matters here.
    near.on('error', drop).on('close', drop)
    link.far.on('error', drop).on('close', drop)
    if (!this.#silent) join(link)
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cut()
    await closed
  }
}

function join({ near, far }: Link): void {
  near.pipe(far)
  far.pipe(near)
}

function disconnect({ near, far }: Link): void {
  near.unpipe(far)
  far.unpipe(near)
  near.pause()
  far.pause()
}
