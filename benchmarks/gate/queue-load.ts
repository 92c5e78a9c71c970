import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { resolveLimits, usageSchema } from '@isolated-runtime/protocol'
import { RedisConnection, RunSubmitter, RunTaker } from '@isolated-runtime/queue'

export interface QueueLoadOptions {
  readonly url: string
  readonly slots: number
  /** How long a run takes, in milliseconds. */
  readonly runMs: number
}

/** A queue of its own with one executor, whose runs do nothing but take their time. */
export class QueueLoad implements AsyncDisposable {
  readonly keyPrefix: string
  readonly #submitter: RunSubmitter
  readonly #stack: AsyncDisposableStack

  private constructor(keyPrefix: string, submitter: RunSubmitter, stack: AsyncDisposableStack) {
    this.keyPrefix = keyPrefix
    this.#submitter = submitter
    this.#stack = stack
  }

  static async start({ url, slots, runMs }: QueueLoadOptions): Promise<QueueLoad> {
    await using stack = new AsyncDisposableStack()
    const keyPrefix = `bench-${randomUUID()}`
    const connection = stack.use(await RedisConnection.open({ redis: url }))
    const submitter = stack.use(await RunSubmitter.open(connection, { keyPrefix }))
    const usage = usageSchema.parse({})
    const taker = RunTaker.start(stack.use(await RedisConnection.open({ redis: url })), {
      executor: 'bench',
      slots,
      keyPrefix,
      maxKeptOutcomes: 1_000,
      handle: async () => {
        if (runMs > 0) await delay(runMs)
        return { status: 'succeeded', valueJson: '1', logs: [], logsDropped: 0, usage }
      },
    })
    stack.defer(() => taker.close({ graceMs: 0 }))
    await taker.ready()
    return new QueueLoad(keyPrefix, submitter, stack.move())
  }

  /** Settles when the run is on the queue; what it gives settles with the outcome. */
  async submit(tenant: string): Promise<{ readonly outcome: Promise<unknown> }> {
    return this.#submitter.submit({
      id: randomUUID(),
      tenant,
      bundle: `sha256-${'0'.repeat(64)}`,
      call: {
        file: '/a.js',
        funcName: 'a',
        work: { kind: 'call', argsJson: '[]' },
        freezeContext: false,
        realm: 'fresh',
        limits: resolveLimits(),
      },
      expiresInMs: 600_000,
    })
  }

  /** Runs one to its end. */
  async run(tenant: string): Promise<void> {
    await (
      await this.submit(tenant)
    ).outcome
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}
