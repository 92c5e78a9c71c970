import { z } from 'zod'

const amount = z.number().min(0)

/** What a run cost. Times are milliseconds, sizes bytes. */
export const usageSchema = z.strictObject({
  /** From submit until an executor took the run; 0 for a local run. */
  queuedMs: amount.default(0),
  /** Waiting for a thread, and for the bundle to reach it. */
  bootMs: amount.default(0),
  /** Making the realm and compiling the modules. */
  compileMs: amount.default(0),
  /** Loading the modules and running the function, awaiting included and compiling not; of the last attempt. */
  wallMs: amount.default(0),
  /**
   * CPU time of the thread of the run, making its realm included, until nothing of the run goes on or the thread is gone;
   * of all attempts.
   */
  cpuMs: amount.default(0),
  /**
   * CPU time of the start of its process, where it was started for this run although the tenant had another: the run asked for
   * another class of memory, or for a process of its own.
   */
  startCpuMs: amount.default(0),
  /** CPU time of starting threads and processes in the place of those that the run ruined; of all attempts. */
  ruinedCpuMs: amount.default(0),
  /**
   * The most resident memory, in MB, that the process of the run was seen to hold meanwhile; runs at the same time share
   * it. 0 where it is not watched.
   */
  processMb: amount.default(0),
  /** Arguments and context, as JSON. */
  bytesIn: amount.default(0),
  /** The result, as JSON. */
  bytesOut: amount.default(0),
  /** How often the run was started; more than 1 after platform trouble. */
  attempts: amount.default(1),
  /** The executor that ran it; absent for a local run. */
  executor: z.string().optional(),
})

export type Usage = z.infer<typeof usageSchema>
