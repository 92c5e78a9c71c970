import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import {
  HIGHEST_CEILINGS,
  IsolatedRuntimeError,
  LIMITS,
  parse,
  type Limits,
} from '@isolated-runtime/protocol'
import {
  DEFAULT_KEY_PREFIX,
  DEFAULT_QUEUE_NAME,
  keyPrefixSchema,
  queueNameSchema,
  redisUrlSchema,
  shardsSchema,
} from '@isolated-runtime/queue'
import { ALLOWABLES, ISOLATIONS, type Allowable, type Isolation } from '@isolated-runtime/sandbox'
import { z } from 'zod'
import { PROTECTION_LEVELS, type ProtectionLevel } from './protection/protection.ts'

const MIB = 1024 * 1024
const MOST_BUNDLE_CACHE_BYTES = 256 * MIB
const MAX_TIMER_MS = 2 ** 31 - 1
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Everything that can be configured: the environment is read, checked and explained by this. */
const VARIABLES = {
  REDIS_URL: redisUrlSchema.describe(
    'Redis of the fleet: redis://user:password@host:port/db or rediss://, of a cluster redis+cluster://host1:port,host2:port',
  ),
  REDIS_URL_FILE: z
    .string()
    .optional()
    .describe(
      'File that has the REDIS_URL instead, such as a mounted secret: other processes may read an environment',
    ),
  QUEUE_NAME: queueNameSchema.default(DEFAULT_QUEUE_NAME).describe('Queue to take runs from'),
  SHARDS: whole(1)
    .pipe(shardsSchema)
    .default(1)
    .describe(
      'How many BullMQ queues its runs lie on, to spread them over a Redis Cluster; the same everywhere',
    ),
  KEY_PREFIX: keyPrefixSchema.default(DEFAULT_KEY_PREFIX).describe('What every key in Redis starts with'),
  EXECUTOR_NAME: z
    .string()
    .max(256)
    .default(() => `${hostname()}-${process.pid}`)
    .describe('Name of this executor in outcomes; by default host and process'),
  SLOTS: whole(1, 65_536)
    .optional()
    .describe(
      'Runs at once; by default four for each processor, or CELLS × THREADS_PER_CELL where CELLS is set',
    ),
  CELL_MEMORY_MB: whole(64)
    .optional()
    .describe(
      'Memory of processes that are kept for tenants without a run, in MB; by default what the machine has, less 512 and what runs may use at once',
    ),
  CELLS: whole(1, 1_024)
    .optional()
    .describe(
      'Processes for guests, each of one tenant at a time, whatever memory there is; by default 1,024',
    ),
  THREADS_PER_CELL: whole(1, 64).default(2).describe('Runs at once in each process'),
  SPARE_CELLS: whole(0, 64).default(1).describe('Processes started ahead of need'),
  ISOLATION: z
    .enum(ISOLATIONS)
    .default('tenant')
    .describe(
      'Who may share a process: the runs of a tenant, nobody (run), tenants of a cordon in threads of their own (cordon), or all (shared)',
    ),
  ALLOW: list(ALLOWABLES).describe(
    `What guests get besides the safe language, separated by commas: ${ALLOWABLES.join(', ')}; nothing by default`,
  ),
  CIRCUIT_MAX_KILLS: whole(1)
    .default(3)
    .describe('After how many killed processes within the window a bundle is refused for a while'),
  CIRCUIT_WINDOW_MS: whole(1).default(60_000).describe('How long a killed process counts against a bundle'),
  CIRCUIT_OPEN_MS: whole(1)
    .default(30_000)
    .describe('How long such a bundle is refused, before one of its runs is tried again'),
  CELL_USERS: z
    .enum(['auto', 'required'])
    .default('auto')
    .describe(
      'Whether each process for guests needs a user of its own, for which the executor has to be root: required, or where that works (auto)',
    ),
  FIRST_CELL_UID: whole(0, 4_000_000_000)
    .optional()
    .describe(
      'The first user id of processes for guests, 0 for the user of the executor; by default 62000 where that works',
    ),
  REQUIRE_PROTECTION: z
    .enum(PROTECTION_LEVELS)
    .default('none')
    .describe(
      'The least protection around guests without which the executor does not start: none, process, container, or users',
    ),
  BUNDLE_CACHE_BYTES: whole(0)
    .default(() => Math.min(MOST_BUNDLE_CACHE_BYTES, Math.floor(getHeapStatistics().heap_size_limit / 4)))
    .describe(
      'Memory for bundles that were used last; by default 256 MiB, at most a quarter of the heap of the executor',
    ),
  MAX_TIMEOUT_MS: ceiling('timeoutMs').describe('Most time a run may ask for'),
  MAX_CPU_MS: ceiling('cpuMs').describe('Most CPU time a run may ask for'),
  MAX_MEMORY_MB: ceiling('memoryMb').describe('Most memory a run may ask for'),
  MAX_ARGS_BYTES: ceiling('maxArgsBytes').describe('Most arguments a run may ask for'),
  MAX_RESULT_BYTES: ceiling('maxResultBytes').describe('Largest result a run may ask for'),
  MAX_LOG_BYTES: ceiling('maxLogBytes').describe('Most console output a run may ask for'),
  KEEP_OUTCOME_MS: whole(60_000)
    .default(600_000)
    .describe('How long outcomes are kept; the same in all executors'),
  MAX_KEPT_OUTCOMES: whole(1)
    .default(100_000)
    .describe('How many outcomes are kept at most, whatever their age'),
  MAX_REDIS_MEMORY_PERCENT: whole(1, 100)
    .default(90)
    .describe('How much of its "maxmemory" Redis may use before the fleet takes no more runs'),
  MAX_QUEUE_AGE_MS: whole(0)
    .default(60_000)
    .describe('How long the next run may go untaken before the fleet takes no more runs; 0 for ever'),
  DRAIN_GRACE_MS: whole(0, MAX_TIMER_MS)
    .default(25_000)
    .describe('How long after SIGTERM the executor ends; runs are handed back to the queue 2 s before'),
  HOST: z.string().min(1).default('0.0.0.0').describe('Address that /healthz and /readyz listen on'),
  PORT: whole(0, 65_535).default(8_080).describe('Port that they listen on; 0 for any that is free'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`How much is logged: ${LOG_LEVELS.join(', ')}`),
}

const environmentSchema = z.object(VARIABLES)

export interface ExecutorConfig {
  readonly redisUrl: string
  readonly queueName: string
  readonly keyPrefix: string
  readonly shards: number
  readonly name: string
  readonly slots: number | undefined
  readonly cellMemoryMb: number | undefined
  readonly maxCells: number | undefined
  readonly threadsPerCell: number
  readonly spareCells: number
  readonly isolation: Isolation
  readonly allow: readonly Allowable[]
  /** When a bundle whose runs kill their processes is refused: see `SandboxOptions`. */
  readonly circuitBreaker: { readonly maxKills: number; readonly windowMs: number; readonly openMs: number }
  /** Whether to refuse to start where cells would run as the user of the executor. */
  readonly cellUsers: 'auto' | 'required'
  /** See `SandboxOptions`. */
  readonly firstCellUid: number | undefined
  /** See `requireProtection()`. */
  readonly requireProtection: ProtectionLevel
  readonly bundleCacheBytes: number
  readonly ceilings: Limits
  readonly keepOutcomeMs: number
  readonly maxKeptOutcomes: number
  /** When the fleet takes no more runs: see `RunTakerOptions`. */
  readonly overload: { readonly maxMemoryShare: number; readonly maxQueueAgeMs: number }
  readonly drainGraceMs: number
  readonly host: string
  readonly port: number
  readonly logLevel: (typeof LOG_LEVELS)[number]
}

/** Reads the configuration from environment variables. @throws `INVALID_OPTIONS` listing every problem */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): ExecutorConfig {
  // Compose files and charts say "not set" with an empty string.
  const given = Object.fromEntries(
    Object.keys(VARIABLES).map((name) => [name, environment[name] || undefined]),
  )
  const { REDIS_URL: url, REDIS_URL_FILE: file } = given
  const fromFile = url === undefined && file !== undefined ? { REDIS_URL: contentOf(file) } : {}
  const read = parse(environmentSchema, { ...given, ...fromFile }, 'environment', 'INVALID_OPTIONS')
  return {
    redisUrl: read.REDIS_URL,
    queueName: read.QUEUE_NAME,
    keyPrefix: read.KEY_PREFIX,
    shards: read.SHARDS,
    name: read.EXECUTOR_NAME,
    slots: read.SLOTS,
    cellMemoryMb: read.CELL_MEMORY_MB,
    maxCells: read.CELLS,
    threadsPerCell: read.THREADS_PER_CELL,
    spareCells: read.SPARE_CELLS,
    isolation: read.ISOLATION,
    allow: read.ALLOW,
    circuitBreaker: {
      maxKills: read.CIRCUIT_MAX_KILLS,
      windowMs: read.CIRCUIT_WINDOW_MS,
      openMs: read.CIRCUIT_OPEN_MS,
    },
    cellUsers: read.CELL_USERS,
    firstCellUid: read.FIRST_CELL_UID,
    requireProtection: read.REQUIRE_PROTECTION,
    bundleCacheBytes: read.BUNDLE_CACHE_BYTES,
    ceilings: {
      timeoutMs: read.MAX_TIMEOUT_MS,
      cpuMs: read.MAX_CPU_MS,
      memoryMb: read.MAX_MEMORY_MB,
      maxArgsBytes: read.MAX_ARGS_BYTES,
      maxResultBytes: read.MAX_RESULT_BYTES,
      maxLogBytes: read.MAX_LOG_BYTES,
    },
    keepOutcomeMs: read.KEEP_OUTCOME_MS,
    maxKeptOutcomes: read.MAX_KEPT_OUTCOMES,
    overload: {
      maxMemoryShare: read.MAX_REDIS_MEMORY_PERCENT / 100,
      maxQueueAgeMs: read.MAX_QUEUE_AGE_MS,
    },
    drainGraceMs: read.DRAIN_GRACE_MS,
    host: read.HOST,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
  }
}

/** @throws `INVALID_OPTIONS` */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new IsolatedRuntimeError('INVALID_OPTIONS', `Invalid environment: "REDIS_URL_FILE": ${why}`, {
      cause,
    })
  }
}

/** A variable of the environment, as it is explained to people. */
export interface Variable {
  readonly name: string
  /** `required`, or empty where the description says what holds by default. */
  readonly default: string
  readonly description: string
}

/** Every variable there is. */
export function variables(): Variable[] {
  return Object.entries(VARIABLES).map(([name, schema]) => {
    const description = schema.description ?? ''
    return { name, default: /\bby default\b/.test(description) ? '' : defaultOf(schema), description }
  })
}

/** The table of variables that `--help` prints. */
export function helpText(): string {
  const rows = variables().map((variable) => [variable.name, variable.default, variable.description])
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  return [
    'Takes runs off the queue and runs them. Configured by environment variables:',
    '',
    ...lines,
    '',
  ].join('\n')
}

function defaultOf(schema: z.ZodType): string {
  const absent = schema.safeParse(undefined)
  return absent.success ? String(absent.data).replace('undefined', '') : 'required'
}

function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^-?\d+$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
}

/** Names separated by commas, none by default. */
function list<const Name extends string>(names: readonly Name[]): z.ZodDefault<z.ZodType<Name[], string>> {
  return z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(names)))
    .default([])
}

function ceiling(name: keyof Limits): z.ZodDefault<z.ZodType<number, string>> {
  return whole(LIMITS[name].min, HIGHEST_CEILINGS[name]).default(LIMITS[name].ceiling)
}
