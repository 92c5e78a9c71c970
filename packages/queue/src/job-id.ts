const PREFIX = 'run-'

/**
 * The id of the BullMQ job of a run. BullMQ keeps its own keys beside the jobs and refuses numbers as ids, so that runs
 * called `meta`, `wait` or `42` need another name there.
 */
export function jobIdOf(runId: string): string {
  return PREFIX + runId
}

/** The run a BullMQ job is for; a job that somebody else put on the queue goes by its own id. */
export function runIdOf(jobId: string): string {
  return jobId.startsWith(PREFIX) ? jobId.slice(PREFIX.length) : jobId
}

/** The key of the hash that holds the job of a run. */
export function jobKeyOf(keyPrefix: string, queueName: string, runId: string): string {
  return `${keyPrefix}:${queueName}:${jobIdOf(runId)}`
}
