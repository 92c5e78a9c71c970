import type { CheckOptions, FolderCheck } from '@isolated-runtime/bundle'
import {
  bundleIdSchema,
  localMapRequestSchema,
  localMapStreamRequestSchema,
  localRunRequestSchema,
  parse,
  tenantSchema,
  type LocalMapRequest,
  type LocalMapStreamRequest,
  type LocalRunRequest,
} from '@isolated-runtime/protocol'
import {
  listeningManyOptionsSchema,
  listeningRunOptionsSchema,
  Runtime,
  type ListeningManyOptions,
  type ListeningRunOptions,
  type RuntimeTypes,
  type SentRun,
} from '@isolated-runtime/runtime'
import type { Circuit, CircuitKey, Sandbox } from '@isolated-runtime/sandbox'
import { z } from 'zod'
import type { LocalCode } from './local-code.ts'
import type { LocalRun } from './local-run.ts'
import { LocalTransport, type ParsedLocalRequest } from './local-transport.ts'
import type { IsolatedRuntimeOptions } from './options.ts'

const schemas = {
  request: localRunRequestSchema,
  map: localMapRequestSchema,
  mapStream: localMapStreamRequestSchema,
  runOptions: listeningRunOptionsSchema,
  manyOptions: listeningManyOptionsSchema,
}

/** A circuit as `circuits` tells of it will do. */
const circuitKeySchema = z.object({ tenant: tenantSchema, bundle: bundleIdSchema })

/** How callers of the library write requests and options. */
export interface LocalTypes extends RuntimeTypes {
  readonly request: LocalRunRequest
  readonly mapRequest: LocalMapRequest
  readonly mapStreamRequest: LocalMapStreamRequest
  readonly runOptions: ListeningRunOptions
  readonly manyOptions: ListeningManyOptions
}

/**
 * Runs untrusted JavaScript on this machine, without Redis.
 *
 * The processes that guests run in are started as soon as the runtime is made, so that the first run finds one. While no
 * run is in flight they do not keep the program alive.
 */
export class IsolatedRuntime extends Runtime<LocalTypes, ParsedLocalRequest, LocalRun, SentRun> {
  readonly #sandbox: Sandbox
  readonly #code: LocalCode

  /** @throws `INVALID_OPTIONS` */
  constructor(options: IsolatedRuntimeOptions = {}) {
    const transport = new LocalTransport(options)
    super({ transport, schemas, logger: options.sandbox?.logger })
    this.#sandbox = transport.sandbox
    this.#code = transport.code
  }

  /** Resolves when the first process for guests is up; calling it is never needed. @throws `SANDBOX_FAILED` */
  ready(): Promise<void> {
    return this.#sandbox.ready()
  }

  /** What is wrong with a folder and what it exports, without running it. @throws `FOLDER_NOT_FOUND`, `INVALID_OPTIONS` */
  check(folder: string, options?: CheckOptions): Promise<FolderCheck> {
    return this.#code.check(folder, options)
  }

  /** The bundles whose runs have killed processes lately, and which of them are refused for a while. */
  circuits(): Circuit[] {
    return this.#sandbox.circuits()
  }

  /** Serves a bundle again at once; `false` if there is nothing to forget. @throws `INVALID_REQUEST` */
  resetCircuit(circuit: CircuitKey): boolean {
    return this.#sandbox.resetCircuit(parse(circuitKeySchema, circuit, 'circuit', 'INVALID_REQUEST'))
  }

  /** Ends all guests; runs in flight reject with `CLOSED`. Resolves when no process of theirs is left. */
  override close(): Promise<void> {
    return super.close()
  }
}
