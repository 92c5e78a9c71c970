import { setTimeout as delay } from 'node:timers/promises'
import { logEntrySchema, parseJson, type LogEntry, type RunMessage } from '@isolated-runtime/protocol'
import { z } from 'zod'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { jobIdOf } from '../run/run-key.ts'
import { liveKey, type LiveKind } from '../redis/keys.ts'
import { ITEMS_FIELD } from './items-field.ts'

const MAX_ENTRIES_A_READ = 50
const FIRST_PAUSE_MS = 20
const LAST_PAUSE_MS = 250
const START = '0-0'
/** What does not come for so long is asked for again, or given up where the outcome could not be had either. */
const READ_TIMEOUT_MS = 1_000

interface ReadOptions {
  /** Of a run that is over; of one that goes on, a read that fails is tried again. */
  readonly outcome: Promise<unknown> | undefined
  readonly timeoutMs: number | undefined
}

type LiveRun = Pick<RunMessage, 'tenant' | 'id' | 'live'> & {
  readonly call: Pick<RunMessage['call'], 'progress'>
}

const itemsSchemas = { logs: z.array(logEntrySchema), progress: z.array(z.unknown()) }

/**
 * Reads what a run says while it goes on. Each iterator reads at its own pace, and holds no more than one batch. It asks
 * Redis again and again, less often while there is nothing: a connection that blocks would have to be held by each, and
 * a client that reads nothing pays nothing.
 */
export class LiveReader {
  readonly #connection: RedisConnection
  readonly #queueKey: string
  readonly #run: LiveRun

  constructor(connection: RedisConnection, queueKey: string, run: LiveRun) {
    this.#connection = connection
    this.#queueKey = queueKey
    this.#run = run
  }

  /**
   * The lines of the log, to the end of the run; none if it did not ask for them.
   *
   * @throws what `outcome` rejects with, when all is read that there is
   */
  logs(outcome: Promise<unknown>): AsyncGenerator<LogEntry, void, undefined> {
    return this.#read(this.#run.live, 'logs', itemsSchemas.logs, outcome)
  }

  /** What the guest reports, in the same way. */
  progress(outcome: Promise<unknown>): AsyncGenerator<unknown, void, undefined> {
    return this.#read(this.#run.call.progress, 'progress', itemsSchemas.progress, outcome)
  }

  async *#read<Item>(
    isTold: boolean | undefined,
    kind: LiveKind,
    schema: z.ZodType<Item[]>,
    outcome: Promise<unknown>,
  ): AsyncGenerator<Item, void, undefined> {
    if (isTold !== true) return void (await outcome)
    const over = new AbortController()
    const hasOutcome = outcome.then(
      () => true,
      () => false,
    )
    void hasOutcome.then(() => over.abort())
    let lastId = START
    let pauseMs = FIRST_PAUSE_MS
    for (;;) {
      // All is written before the run settles: what is read after that is the rest.
      const isOver = over.signal.aborted
      const batch = await this.#readBatch(kind, lastId, {
        outcome: isOver ? outcome : undefined,
        timeoutMs: isOver && (await hasOutcome) ? undefined : READ_TIMEOUT_MS,
      })
      for (const [id, text] of batch) {
        yield* parseJson(schema, text, `entry of the ${kind} of a run`, 'INVALID_MESSAGE')
        lastId = id
      }
      if (batch.length > 0) pauseMs = FIRST_PAUSE_MS
      else if (isOver) break
      else {
        await delay(pauseMs, undefined, { signal: over.signal }).catch(() => undefined)
        pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)
      }
    }
    await outcome
  }

  async #readBatch(
    kind: LiveKind,
    lastId: string,
    { outcome, timeoutMs }: ReadOptions,
  ): Promise<[id: string, text: string][]> {
    const key = liveKey(this.#queueKey, kind, jobIdOf(this.#run))
    try {
      const streams = await this.#connection.ask(
        `reading the ${kind} of a run`,
        (redis) => redis.xread('COUNT', MAX_ENTRIES_A_READ, 'STREAMS', key, lastId),
        timeoutMs,
      )
      return (streams?.[0]?.[1] ?? []).map(([id, fields]) => [
        id,
        fields[fields.indexOf(ITEMS_FIELD) + 1] ?? '',
      ])
    } catch (error) {
      if (outcome === undefined) return []
      // Why it could not be read may be told by the run itself: the client is closed.
      await outcome
      throw error
    }
  }
}

/** The reader of a run that asks to be told of while it goes on; `undefined` for any other. */
export function liveReaderOf(
  connection: RedisConnection,
  queueKey: string,
  run: LiveRun,
): LiveReader | undefined {
  return run.live === true || run.call.progress === true
    ? new LiveReader(connection, queueKey, run)
    : undefined
}
