import { cancelReason, parse, tenantSchema } from '@isolated-runtime/protocol'
import type { RunSubmitter, Tenants } from '@isolated-runtime/queue'

/** What operators do to tenants. */
export class Admin {
  /** Policies of tenants, what they used, pausing and resuming them. */
  readonly tenants: Tenants
  readonly #submitter: Pick<RunSubmitter, 'cancelAll'>

  constructor(tenants: Tenants, submitter: Pick<RunSubmitter, 'cancelAll'>) {
    this.tenants = tenants
    this.#submitter = submitter
  }

  /**
   * Cancels all runs of a tenant that are delayed, wait or go on when this is called; its schedules stay.
   *
   * @param reason told in the outcomes: a text, or an error
   * @returns how many were cancelled
   * @throws `INVALID_REQUEST`, or `REDIS_UNREACHABLE`
   */
  async cancelAll(tenant: string, reason?: unknown): Promise<number> {
    const name = parse(tenantSchema, tenant, 'tenant', 'INVALID_REQUEST')
    return this.#submitter.cancelAll(name, cancelReason(reason))
  }
}
