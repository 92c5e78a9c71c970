import { randomUUID } from 'node:crypto'
import {
  endedBy,
  harmless,
  resultOfBatch,
  retriesOfBatch,
  unlessEnded,
  type ManyOptions,
  type MapPlan,
} from '@isolated-runtime/protocol'
import type { Logger, SubmittedRun } from '@isolated-runtime/queue'
import type { z } from 'zod'
import type { ClientCode } from './client-code.ts'
import type { mapRequestSchema } from './map-request.ts'
import type { ReadyRuns } from './ready-runs.ts'
import type { RunSender } from './run-sender.ts'
import { whenThereIsRoom } from './when-there-is-room.ts'

export interface MapParts {
  readonly code: Pick<ClientCode, 'find'>
  readonly ready: Pick<ReadyRuns, 'make'>
  readonly sender: Pick<RunSender, 'send'>
  readonly logger: Logger | undefined
  /** Aborted when the client is closed. */
  readonly closing: AbortSignal
  readonly options: ManyOptions
}

/** How the batches of a map become runs on the queue. */
export async function createMapPlan(
  { chunk, concurrency, retries, ...fields }: Omit<z.output<typeof mapRequestSchema>, 'items'>,
  { code, ready, sender, logger, closing, options: { signal, onOutcome } }: MapParts,
): Promise<MapPlan> {
  const making = ready.make({ ...fields, retries: retriesOfBatch(retries), args: [] }, { isAwaited: true })
  const { run, packed } = await making
  const { bundle, tenant, expiresInMs: waitMs, call } = run
  const { file } = call
  return {
    call,
    maxItems: chunk,
    concurrency,
    run: async (items, ending) => {
      // Each time, for a map may go on for longer than a bundle is kept for one run.
      const found = await unlessEnded(
        code.find({ bundle, file }, { tenant, waitMs }),
        ending,
        () => undefined,
      )
      if (found === undefined) return endedBy(ending)
      const work = { kind: 'batch', items, realms: 'shared' } as const
      const part = { run: { ...run, call: { ...call, work }, id: randomUUID() }, packed }
      const send = (): Promise<SubmittedRun> => sender.send(part, ending)
      const { outcome } = await whenThereIsRoom(send, { waitMs, signals: [ending, closing] })
      return resultOfBatch(await outcome)
    },
    signal,
    closing,
    retries,
    onOutcome: harmless(onOutcome, logger),
  }
}
