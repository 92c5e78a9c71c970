import type { AddressInfo } from 'node:net'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { fastify } from 'fastify'
import type { Metrics } from './metrics/metrics.ts'
import type { Readiness } from './readiness.ts'

export interface HealthServerOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** `undefined` until there are any. */
  readonly metrics: () => Pick<Metrics, 'contentType' | 'text'> | undefined
  readonly readiness: Pick<Readiness, 'reasons' | 'quarantined' | 'cellUser' | 'protection'>
}

export interface HealthServer extends AsyncDisposable {
  readonly port: number
}

/**
 * Answers `/healthz` (the process is alive) and `/readyz` (it takes runs, or why not; and what of the queue was set aside). With
 * `?verbose` that also tells what keeps guests in their place, what is missing, and how to get it. `/metrics` is for Prometheus.
 *
 * @throws `INVALID_OPTIONS` when the address cannot be listened on
 */
export async function startHealthServer({
  host,
  port,
  metrics,
  readiness,
}: HealthServerOptions): Promise<HealthServer> {
  // Probes come with new connections; those kept alive would hold up the end.
  const server = fastify({ logger: false, forceCloseConnections: true })
  server.get('/healthz', async () => ({ alive: true }))
  server.get('/readyz', async ({ query }, reply) => {
    const reasons = await readiness.reasons()
    const { quarantined, cellUser, protection } = readiness
    const isVerbose = Object.hasOwn(query as object, 'verbose')
    return reply
      .code(reasons.length === 0 ? 200 : 503)
      .send({ ready: reasons.length === 0, reasons, quarantined, cellUser, ...(isVerbose && { protection }) })
  })
  server.get('/metrics', async (_request, reply) => {
    const now = metrics()
    if (now === undefined) return reply.code(503).send('The executor is starting\n')
    return reply.type(now.contentType).send(await now.text())
  })
  try {
    await server.listen({ host, port })
  } catch (cause) {
    await server.close()
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new IsolatedRuntimeError(
      'INVALID_OPTIONS',
      `Health checks cannot listen on "${host}" port ${port}: ${why}; set HOST and PORT to an address that is free`,
      { cause },
    )
  }
  return {
    port: (server.server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => server.close(),
  }
}
