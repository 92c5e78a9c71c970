import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { PassThrough, type Duplex } from 'node:stream'
import type { ProcessCpu, SpawnNews, SpawnOrder } from '../../spawner/messages.ts'
import { SocketPairs, type SocketPair } from './socket-pairs.ts'

/** Starts come one or two at a time. */
const PAIRS = 4

/** It has next to nothing to do. */
const FLAGS = ['--v8-pool-size=0', '--max-semi-space-size=1', '--no-warnings']

const require = createRequire(import.meta.url)

/** A process that the spawner has started, or is about to. */
export class SpawnedProcess extends EventEmitter<{
  spawn: []
  error: [Error]
  close: [number | null, NodeJS.Signals | null, ProcessCpu | undefined]
}> {
  readonly stderr = new PassThrough()
  readonly #near: SocketPair['near']
  pid: number | undefined
  #isToEnd = false
  #isOver = false

  constructor(near: SocketPair['near']) {
    super()
    this.#near = near
  }

  kill(): boolean {
    this.#isToEnd = true
    if (this.pid === undefined || this.#isOver) return false
    try {
      return process.kill(this.pid, 'SIGKILL')
    } catch {
      // It has ended, and its end is about to be told.
      return false
    }
  }

  /** It keeps no program alive. */
  unref(): void {}

  hear(news: SpawnNews): void {
    switch (news.type) {
      case 'started':
        this.pid = news.pid
        this.emit('spawn')
        if (this.#isToEnd) this.kill()
        this.#near.resume()
        return
      case 'said':
        this.stderr.write(news.text)
        return
      case 'failed':
        this.#isOver = true
        this.emit('error', new Error(news.error))
        return
      case 'ended':
        this.#isOver = true
        this.emit('close', news.code, news.signal, news.cpu)
    }
  }

  /** The spawner is gone: nothing will be heard of it. */
  lost(): void {
    this.kill()
    this.#isOver = true
    this.emit('close', null, 'SIGKILL', undefined)
  }
}

/**
 * Starts processes from a small process. Whoever starts a process has its memory copied by page, and waits until the new one runs
 * its program. Next to guests that compute, that takes hundreds of milliseconds, and the executor would hear and answer nobody
 * meanwhile: in no thread, for all of them need the memory that is being copied.
 */
export class Spawner {
  static #one: Spawner | undefined
  static #isFirst = true
  readonly #pairs = new SocketPairs(PAIRS)
  readonly #child: ChildProcess
  readonly #processes = new Map<number, SpawnedProcess>()
  #count = 0
  #isUp = false

  /**
   * That of this process; `undefined` where sockets need a file, and the first time: nothing runs yet, and some programs need no
   * second cell. It ends with this process, which it does not keep alive.
   */
  static get(): Spawner | undefined {
    if (process.platform !== 'linux') return undefined
    if (Spawner.#isFirst) {
      Spawner.#isFirst = false
      return undefined
    }
    return (Spawner.#one ??= new Spawner())
  }

  private constructor() {
    this.#child = fork(require.resolve('#spawner'), {
      execArgv: FLAGS,
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child.unref()
    this.#child.channel?.unref()
    this.#child.on('message', (news: SpawnNews) => {
      const started = this.#processes.get(news.id)
      if (news.type === 'failed' || news.type === 'ended') this.#processes.delete(news.id)
      started?.hear(news)
    })
    this.#child.once('spawn', () => (this.#isUp = true))
    this.#child.on('error', () => this.#end())
    this.#child.once('exit', () => this.#end())
  }

  /** `undefined` if it is not ready for that: whoever asks starts the process then. */
  start(order: Omit<SpawnOrder, 'id'>): { child: SpawnedProcess; pipe: Duplex } | undefined {
    const pair = this.#isUp && this.#child.connected ? this.#pairs.take() : undefined
    if (pair === undefined) return undefined
    const id = this.#count++
    const child = new SpawnedProcess(pair.near)
    this.#processes.set(id, child)
    this.#child.send({ ...order, id } satisfies SpawnOrder, pair.far, (error) => {
      if (error !== null) this.#end()
    })
    return { child, pipe: pair.near }
  }

  #end(): void {
    if (Spawner.#one === this) Spawner.#one = undefined
    this.#isUp = false
    this.#child.kill('SIGKILL')
    this.#pairs.close()
    for (const started of this.#processes.values()) started.lost()
    this.#processes.clear()
  }
}
