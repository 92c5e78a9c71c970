import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'
import { contentHash } from '../content-hash.ts'
import { EsbuildProcess, type WorkEnd } from './esbuild-process.ts'
import { FairPlaces } from './fair-places.ts'
import type { Esbuild } from './load-esbuild.ts'
import { packingTenant } from './packing-tenant.ts'

/** Something to be done by esbuild. It may be started several times, and starts from nothing each time. */
export interface EsbuildWork<Result> {
  readonly start: (esbuild: Esbuild) => Promise<Result>
  /** All texts that the result depends on, if they are known: equal content fails equally. */
  readonly content?: readonly string[]
  /** Milliseconds that it may take; by default what the pool was made with. */
  readonly deadlineMs?: number
}

export interface EsbuildPoolOptions {
  /** Milliseconds that one work may take. */
  readonly deadlineMs: number
  /** Milliseconds after which work under way no longer shares its process with newcomers. */
  readonly patienceMs: number
}

/** Work in the shared processes at once, of all tenants and of one. */
const PLACES = 16
const PLACES_PER_TENANT = 8
/** Suspects at once, of all tenants and of one; each has a process. */
const SUSPECTS = 2
const SUSPECTS_PER_TENANT = 1
/** How long all work of a tenant is suspect after a failure, in milliseconds. */
const SUSPECT_AFTER_FAILURE_MS = 60_000
/** How long a failure is remembered. A machine that was too busy for a text is not so for ever. */
const REMEMBER_FAILURE_MS = 10 * 60_000
const MAX_FAILURES = 10_000
const MAX_TENANTS = 10_000

/**
 * Keeps esbuild safe from the code it is given, and tenants from each other. Deeply nested code ends esbuild's process, and some
 * short texts keep it busy until it is killed.
 *
 *     shared process ──crashed───────────────────────────> alone in a process ──lost──> failed, remembered
 *           └──slow: the process takes no more work──lost──┘
 *
 * Work whose process is lost is suspect: it is done again alone, in a separate process at low priority. Other tenants' work goes
 * on in the shared process meanwhile. All work of a tenant is suspect while some of it is slow, and for a minute after
 * some has failed.
 */
export class EsbuildPool {
  readonly #options: EsbuildPoolOptions
  readonly #places = new FairPlaces(PLACES, PLACES_PER_TENANT)
  readonly #suspectPlaces = new FairPlaces(SUSPECTS, SUSPECTS_PER_TENANT)
  readonly #failures = new LRUCache<string, true>({ max: MAX_FAILURES, ttl: REMEMBER_FAILURE_MS })
  readonly #suspectTenants = new LRUCache<string, true>({ max: MAX_TENANTS, ttl: SUSPECT_AFTER_FAILURE_MS })
  #shared: EsbuildProcess | undefined

  constructor(options: EsbuildPoolOptions) {
    this.#options = options
  }

  /**
   * Does some work.
   *
   * @returns `undefined` if esbuild does not survive the code, or not within the deadline
   * @throws esbuild's `TransformFailure` or `BuildFailure` if the code does not parse
   * @throws `INTERNAL` if esbuild does not run on this machine
   */
  async run<Result>(work: EsbuildWork<Result>): Promise<Result | undefined> {
    if (this.#hasFailed(work)) return undefined
    const tenant = packingTenant()
    if (!this.#suspectTenants.has(tenant)) {
      const end = await this.#doShared(work, tenant)
      if (end.kind === 'done') return end.result
      if (end.isOverdue) return this.#fail(work, tenant, end.cause)
    }
    return this.#runAlone(work, tenant)
  }

  #hasFailed({ content }: EsbuildWork<unknown>): boolean {
    return content !== undefined && this.#failures.size > 0 && this.#failures.has(contentHash(content))
  }

  async #doShared<Result>(work: EsbuildWork<Result>, tenant: string): Promise<WorkEnd<Result>> {
    const { deadlineMs, patienceMs } = this.#options
    using place = await this.#places.take(tenant)
    const process = this.#sharedProcess()
    try {
      return await process.do(work.start, {
        deadlineMs: work.deadlineMs ?? deadlineMs,
        patienceMs,
        onSlow: () => {
          if (this.#shared === process) this.#shared = undefined
          process.lowerPriority()
          this.#suspectTenants.set(tenant, true, { ttl: deadlineMs })
          place[Symbol.dispose]()
        },
      })
    } finally {
      if (this.#shared !== process && process.inFlight === 0) process.kill(undefined)
    }
  }

  #sharedProcess(): EsbuildProcess {
    if (this.#shared === undefined || this.#shared.isLost) this.#shared = new EsbuildProcess()
    return this.#shared
  }

  async #runAlone<Result>(work: EsbuildWork<Result>, tenant: string): Promise<Result | undefined> {
    const place = await this.#suspectPlaces.take(tenant)
    try {
      // Equal work may have failed while this waited.
      if (this.#hasFailed(work)) return undefined
      const end = await this.#doInNewProcess(work)
      return end.kind === 'done' ? end.result : await this.#fail(work, tenant, end.cause)
    } finally {
      place[Symbol.dispose]()
    }
  }

  async #doInNewProcess<Result>({
    start,
    deadlineMs = this.#options.deadlineMs,
  }: EsbuildWork<Result>): Promise<WorkEnd<Result>> {
    const process = new EsbuildProcess()
    try {
      const started = process.do(start, { deadlineMs })
      process.lowerPriority()
      return await started
    } finally {
      process.kill(undefined)
    }
  }

  /** @throws `INTERNAL` if it is not the fault of the code, because esbuild fails without it as well */
  async #fail({ content }: EsbuildWork<unknown>, tenant: string, cause: unknown): Promise<undefined> {
    const proof = await this.#doInNewProcess({ start: (esbuild) => esbuild.transform('', {}) })
    if (proof.kind === 'lost')
      throw new IsolatedRuntimeError('INTERNAL', 'esbuild does not run here', { cause })
    if (content !== undefined) this.#failures.set(contentHash(content), true)
    this.#suspectTenants.set(tenant, true)
    return undefined
  }
}
