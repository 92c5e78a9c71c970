import { RUN_MESSAGE_VERSION } from '@isolated-runtime/protocol'
import { Redis } from 'ioredis'
// The gate is no part of what the package offers; what is simulated is the very code that decides.
import { Gate } from '../../packages/queue/src/gate/gate.ts'
import { setPolicy } from '../../packages/queue/src/policy/set-policy.ts'
import { newRun } from '../../packages/queue/src/fixtures/runs.ts'
import type { SimulatedTenant } from './load.ts'

const EPOCH = Date.UTC(2026, 0, 1)
/** No executor of the simulation dies. */
const LEASED_UNTIL = EPOCH + 1e9
const FOR_EVER_MS = 1e9
const QUEUE = 'simulation:runs'

/** BullMQ's part: moves jobs from `wait` to `active`, and tells which. */
const TAKE = `
local taken = {}
for _ = 1, tonumber(ARGV[1]) do
  local job = redis.call('LMOVE', KEYS[1] .. ':wait', KEYS[1] .. ':active', 'RIGHT', 'LEFT')
  if job then redis.call('ZADD', KEYS[1] .. ':gate:leases', ARGV[2], job) end
  if not job then break end
  taken[#taken + 1] = job
end
return taken`

/** The gate on a private Redis, with a clock that the simulation sets. */
export class VirtualFleet {
  /** Milliseconds since the simulation began. */
  now = 0
  readonly #redis: Redis
  readonly #gate: Gate
  readonly #executors: number
  readonly #slots: number

  constructor(url: string, { executors, slots }: { readonly executors: number; readonly slots: number }) {
    this.#redis = new Redis(url)
    this.#executors = executors
    this.#slots = slots
    const now = (): number => EPOCH + Math.floor(this.now)
    this.#gate = new Gate(this.#redis, { keyPrefix: 'simulation', queueName: 'runs', now })
  }

  async setPolicies(tenants: readonly SimulatedTenant[]): Promise<void> {
    const settings = tenants.flatMap(({ name, weight, maxConcurrent }) =>
      weight === 1 && maxConcurrent === undefined
        ? []
        : [setPolicy(this.#redis, QUEUE, name, { weight, maxConcurrent }, EPOCH)],
    )
    await Promise.all(settings)
  }

  /** Every executor says that it is there. */
  async tick(): Promise<void> {
    const heartbeat = {
      deadAfterMs: 5_000,
      lookEveryMs: FOR_EVER_MS,
      maxMemoryShare: 1,
      maxQueueAgeMs: 0,
      keepOutcomeMs: FOR_EVER_MS,
      maxKeptOutcomes: FOR_EVER_MS,
    }
    const each = this.#slots / this.#executors
    await Promise.all(
      Array.from({ length: this.#executors }, (_, at) =>
        this.#gate.tick({ executor: `executor-${at}`, slots: each, ...heartbeat }),
      ),
    )
  }

  async enqueue(tenant: string, run: string): Promise<void> {
    const { expiresInMs: _, ...fields } = newRun({ id: run, tenant })
    const submittedAt = EPOCH + Math.floor(this.now)
    const message = {
      version: RUN_MESSAGE_VERSION,
      ...fields,
      replyTo: '',
      submittedAt,
      expiresAt: EPOCH + FOR_EVER_MS,
    } as const
    await this.#gate.enqueue(message, { priority: 0, delayMs: 0, fingerprint: '' })
  }

  /** Takes up to this many runs, and gives their ids in order. */
  async take(most: number): Promise<string[]> {
    const jobs = (await this.#redis.eval(TAKE, 1, QUEUE, most, LEASED_UNTIL)) as string[]
    return jobs.map((job) => job.slice(job.indexOf('/') + 1))
  }

  async finish(tenant: string, run: string): Promise<void> {
    const job = `${tenant}/${run}`
    await Promise.all([
      this.#redis.lrem(`${QUEUE}:active`, 1, job),
      this.#redis.del(`${QUEUE}:${job}`),
      this.#gate.finish({ tenant, runId: run, ends: { succeeded: 1 } }),
    ])
  }

  /** Rises by one when every busy tenant of weight 1 has been served once. */
  async virtualTime(): Promise<number> {
    return Number(await this.#redis.hget(`${QUEUE}:gate`, 'virtualTime'))
  }

  close(): void {
    this.#redis.disconnect()
  }
}
