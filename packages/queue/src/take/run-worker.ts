import { Worker, type Job, type JobJson } from 'bullmq'

/** Takes the place of what cannot be read. It is no message, and whoever parses it says so. */
const UNREADABLE = { data: '""', opts: {}, progress: 0, stacktrace: '[]', returnvalue: '' }

/** A BullMQ worker that takes jobs it cannot read as well, so that they end like others. */
export class RunWorker<Data, Result> extends Worker<Data, Result> {
  /** Is told of each job that cannot be read. */
  onUnreadable: (jobId: string, why: string) => void = () => undefined

  protected override createJob(json: JobJson, jobId: string): Job<Data, Result> {
    try {
      return super.createJob(json, jobId)
    } catch (error) {
      this.onUnreadable(jobId, error instanceof Error ? error.message : String(error))
      return super.createJob({ ...json, ...UNREADABLE }, jobId)
    }
  }
}
