import type { Caller } from './caller.ts'
import { ALONE, CONTENDERS, type Contest, type ContenderName } from './contest.ts'
import { closedLoop, openLoop, type Percentiles } from './load.ts'

/** What of one contender was measured in some slices, in turn with the others. */
export interface Throughput {
  readonly inFlight: number
  readonly perSecond: readonly number[]
  /** To stock BullMQ in the slice beside it. */
  readonly ratios: readonly number[]
  readonly redisUsPerRun: number
  readonly commandsPerRun: number
}

const IN_FLIGHT = [1, 16, 64, 256, 1_024]
const CLIENTS = [1, 16, 64]
const IN_FLIGHT_OF_CLIENTS = 256
const RUNS_PER_SECOND = 300
const PAYLOAD_BYTES = [200, 10_000, 100_000]
const REALMS = ['stock', 'fresh', 'warm'] as const
const WARM_UP_MS = 500

const payloadOf = (bytes: number): unknown => ({ text: 'x'.repeat(bytes - 11) })
const SMALL = payloadOf(200)

/** By contender, and by how many runs were in flight. */
export async function measureInFlight(contest: Contest): Promise<Record<string, Throughput[]>> {
  await using crew = await Crew.hire(contest, CONTENDERS, 1, SMALL)
  const figures: Record<string, Throughput[]> = {}
  for (const inFlight of IN_FLIGHT) {
    const row = await inTurn(contest, crew, inFlight)
    for (const [name, figure] of Object.entries(row)) (figures[name] ??= []).push(figure)
  }
  return figures
}

/** Milliseconds at a steady rate, by contender. */
export async function measureLatency(contest: Contest): Promise<Record<string, Percentiles>> {
  const figures: Record<string, Percentiles> = {}
  for (const name of REALMS) {
    await using caller = await contest.caller(name, SMALL)
    await closedLoop([caller], 1, WARM_UP_MS)
    figures[name] = await openLoop(caller, RUNS_PER_SECOND, contest.sliceMs * contest.rounds)
  }
  return figures
}

/** By contender, and by how many clients share the queue. */
export async function measureClients(contest: Contest): Promise<Record<string, Record<string, Throughput>>> {
  const figures: Record<string, Record<string, Throughput>> = {}
  for (const clients of CLIENTS) {
    await using crew = await Crew.hire(contest, [...REALMS, ...ALONE], clients, SMALL)
    figures[clients] = await inTurn(contest, crew, IN_FLIGHT_OF_CLIENTS)
  }
  return figures
}

/** By contender, and by the bytes that go each way. */
export async function measurePayloads(contest: Contest): Promise<Record<string, Record<string, Throughput>>> {
  const figures: Record<string, Record<string, Throughput>> = {}
  for (const bytes of PAYLOAD_BYTES) {
    await using crew = await Crew.hire(contest, REALMS, 1, payloadOf(bytes))
    figures[bytes] = await inTurn(contest, crew, 64)
  }
  return figures
}

/** The callers of each contender. */
class Crew implements AsyncDisposable {
  readonly callers: ReadonlyMap<ContenderName, readonly Caller[]>
  readonly #stack: AsyncDisposableStack

  private constructor(callers: ReadonlyMap<ContenderName, readonly Caller[]>, stack: AsyncDisposableStack) {
    this.callers = callers
    this.#stack = stack
  }

  static async hire(
    contest: Contest,
    names: readonly ContenderName[],
    each: number,
    payload: unknown,
  ): Promise<Crew> {
    await using stack = new AsyncDisposableStack()
    const callers = new Map<ContenderName, Caller[]>()
    for (const name of names) {
      const hired = await Promise.all(Array.from({ length: each }, () => contest.caller(name, payload)))
      for (const caller of hired) stack.use(caller)
      callers.set(name, hired)
    }
    return new Crew(callers, stack.move())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}

async function inTurn(contest: Contest, crew: Crew, inFlight: number): Promise<Record<string, Throughput>> {
  const sums = new Map<string, { perSecond: number[]; cpuMs: number; commands: number; calls: number }>()
  for (const [name, callers] of crew.callers) {
    await closedLoop(callers, inFlight, WARM_UP_MS)
    sums.set(name, { perSecond: [], cpuMs: 0, commands: 0, calls: 0 })
  }
  for (let round = 0; round < contest.rounds; round++) {
    for (const [name, callers] of crew.callers) {
      const sum = sums.get(name)
      const cost = await contest.meter.costOf(async () => {
        const { calls, perSecond } = await closedLoop(callers, inFlight, contest.sliceMs)
        sum?.perSecond.push(perSecond)
        if (sum) sum.calls += calls
      })
      if (sum) {
        sum.cpuMs += cost.cpuMs
        sum.commands += cost.commands
      }
    }
  }
  const stock = sums.get('stock')?.perSecond ?? []
  return Object.fromEntries(
    [...sums].map(([name, { perSecond, cpuMs, commands, calls }]) => [
      name,
      {
        inFlight,
        perSecond,
        ratios: perSecond.map((figure, round) => figure / (stock[round] ?? Number.NaN)),
        redisUsPerRun: (cpuMs * 1_000) / calls,
        commandsPerRun: commands / calls,
      },
    ]),
  )
}
