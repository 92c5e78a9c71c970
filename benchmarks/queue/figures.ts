import { median } from '../measure/median.ts'
import type { Idle } from './idle.ts'
import type { Percentiles } from './load.ts'
import type { Throughput } from './measure.ts'

export interface Figures {
  readonly benchmark: 'queue'
  readonly node: string
  readonly pinned: boolean
  readonly throughput: Readonly<Record<string, readonly Throughput[]>>
  readonly latency: Readonly<Record<string, Percentiles>>
  readonly clients: Readonly<Record<string, Readonly<Record<string, Throughput>>>>
  readonly payloads: Readonly<Record<string, Readonly<Record<string, Throughput>>>>
  readonly idle: Idle
  /** Heap of the client. */
  readonly bytesPerWaitingRun: number
  /** Fresh realms with 256 runs in flight, to stock BullMQ and its no-op. */
  readonly ratio: number
}

/** The figures for people. */
export function tableOf({
  node,
  pinned,
  throughput,
  latency,
  clients,
  payloads,
  idle,
  ...rest
}: Figures): string {
  const heading = line('', 'runs/s', '× stock', 'Redis µs/run', 'commands/run')
  const groups = (title: string, figures: Figures['clients']): string[] =>
    Object.entries(figures).flatMap(([key, group]) => ['', `${key} ${title}`, heading, ...rowsOf(group)])
  const inFlight = (throughput['stock'] ?? []).flatMap((_, at) => [
    '',
    `${throughput['stock']?.[at]?.inFlight} in flight`,
    heading,
    ...Object.entries(throughput).flatMap(([name, figures]) => {
      const figure = figures[at]
      return figure === undefined ? [] : [row(name, figure)]
    }),
  ])
  return [
    `Node.js ${node}, ${pinned ? 'pinned to two cores with Redis' : 'not pinned: no taskset'}`,
    ...inFlight,
    '',
    line('300 runs a second, ms', 'p50', 'p99'),
    ...Object.entries(latency).map(([name, { p50, p99 }]) => line(name, p50.toFixed(2), p99.toFixed(2))),
    ...groups('clients, 256 in flight', clients),
    ...groups('bytes each way, 64 in flight', payloads),
    '',
    `idle: ${idle.commandsPerSecond.toFixed(1)} Redis commands a second, ${idle.withAClient.toFixed(1)} with a client`,
    `waiting: ${rest.bytesPerWaitingRun.toFixed(0)} bytes of the client's heap for each run`,
  ].join('\n')
}

function rowsOf(group: Readonly<Record<string, Throughput>>): string[] {
  return Object.entries(group).map(([name, figure]) => row(name, figure))
}

function row(name: string, { perSecond, ratios, redisUsPerRun, commandsPerRun }: Throughput): string {
  return line(
    name,
    median(perSecond).toFixed(0),
    median(ratios).toFixed(2),
    redisUsPerRun.toFixed(0),
    commandsPerRun.toFixed(1),
  )
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(28) + cells.map((cell) => cell.padStart(14)).join('')
}
