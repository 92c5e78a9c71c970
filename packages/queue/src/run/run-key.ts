import { joinNames, splitNames } from '../redis/names.ts'

/** Whose run, and which: ids are unique among the runs of one tenant. */
export interface RunKey {
  readonly tenant: string
  readonly id: string
}

/**
 * The id of the BullMQ job of a run, and the name of the run among those of all tenants. BullMQ keeps keys of its own
 * beside the jobs, refuses numbers as ids and uses ":" itself: none of that can come out of this.
 */
export function jobIdOf({ tenant, id }: RunKey): string {
  return joinNames(tenant, id)
}

/** The run of a BullMQ job; `undefined` for a job that is none of ours. */
export function runKeyOf(jobId: string): RunKey | undefined {
  const [tenant, id] = splitNames(jobId) ?? []
  return tenant === undefined || id === undefined ? undefined : { tenant, id }
}

/** The id of the run of a job, for messages; a job that is none of ours goes by its own. */
export function runIdOf(jobId: string): string {
  return runKeyOf(jobId)?.id ?? jobId
}

/** What a log line says of the run of a job. */
export function runFieldsOf(jobId: string): { readonly run: string; readonly tenant?: string } {
  const key = runKeyOf(jobId)
  return key === undefined ? { run: jobId } : { run: key.id, tenant: key.tenant }
}
