import {
  checkFolder,
  FolderBundles,
  packFolder,
  packFor,
  SourceBundles,
  type CheckOptions,
  type FolderCheck,
  type PackOptions,
} from '@isolated-runtime/bundle'
import { isBundleId, parse, toAlias, type Bundle } from '@isolated-runtime/protocol'
import {
  AliasCache,
  AliasStore,
  BundleQuota,
  RedisBundleStore,
  type Logger,
  type RedisConnection,
  type Tenants,
} from '@isolated-runtime/queue'
import { z } from 'zod'
import { AllowedBundles } from './allowed-bundles.ts'
import { Aliases } from './aliases.ts'
import { deploymentOf, parseDeployOptions, type DeployOptions, type Deployment } from './deploy-options.ts'
import { DeployedBundles } from './deployed-bundles.ts'

export interface ClientCodeOptions {
  readonly keyPrefix: string | undefined
  /** Whose aliases, where a call does not say. */
  readonly tenant: string
  readonly tenants: Pick<Tenants, 'effective'>
  readonly packing?: PackOptions | undefined
  readonly logger?: Logger | undefined
}

/** Where the code of a run comes from: one of `folder`, `source` and `bundle`. */
export interface CodeRequest {
  readonly folder?: string | undefined
  readonly source?: string | undefined
  /** The id of a bundle, or an alias. */
  readonly bundle?: string | undefined
  readonly file: string
}

export interface FindCodeOptions {
  readonly tenant: string
  /** How long the run may wait until it starts for the last time, in milliseconds. */
  readonly waitMs: number
}

/** The code of a run, on the fleet. */
export interface FoundCode {
  readonly id: string
  /** The bundle itself, where it was packed here. */
  readonly packed?: Bundle
  /** The full name of the alias, where it was named by one. */
  readonly alias?: string
}

/** The guest code of a client: packs it, sees to it that the fleet has it, knows it by its aliases. */
export class ClientCode {
  readonly aliases: Aliases
  readonly #packing: PackOptions | undefined
  readonly #tenant: string
  readonly #allowed: AllowedBundles
  readonly #folders: FolderBundles
  readonly #sources: SourceBundles
  readonly #deployed: DeployedBundles
  readonly #aliasCache: AliasCache

  /** @throws `INVALID_OPTIONS` */
  constructor(connection: RedisConnection, options: ClientCodeOptions) {
    const { keyPrefix, tenant, tenants, packing, logger } = options
    const store = new RedisBundleStore(connection, { keyPrefix })
    const aliases = new AliasStore(connection, store, { keyPrefix })
    this.#packing = packing
    this.#tenant = tenant
    this.#allowed = new AllowedBundles({
      tenants,
      quota: new BundleQuota(connection, { keyPrefix }),
      keepMs: store.keepMs,
    })
    this.#folders = new FolderBundles(packing)
    this.#sources = new SourceBundles(packing)
    this.#deployed = new DeployedBundles(store)
    this.#aliasCache = new AliasCache(aliases, logger)
    this.aliases = new Aliases(aliases, this.#aliasCache, tenant)
  }

  /**
   * Finds the code that a request asks for, deploys it if need be, and has it stay for as long as its run may wait.
   *
   * @throws `ALIAS_NOT_FOUND`, `REDIS_UNREACHABLE`, or what packing throws
   */
  async find(request: CodeRequest, { tenant, waitMs }: FindCodeOptions): Promise<FoundCode> {
    const { folder, source, bundle = '', file } = request
    if (folder !== undefined || source !== undefined) {
      const packed = await packFor(tenant, () =>
        folder === undefined ? this.#sources.bundleOf(source ?? '', file) : this.#folders.bundleOf(folder),
      )
      await this.#allowed.check(packed, tenant)
      await this.#deployed.deploy(packed, waitMs)
      return { id: packed.id, packed }
    }
    const alias = isBundleId(bundle) ? undefined : toAlias(bundle)
    const id = alias === undefined ? bundle : await this.#aliasCache.bundleOf({ tenant, alias })
    this.#deployed.keep(id, waitMs)
    return { id, alias }
  }

  /** Stores a bundle that was there and no longer is. */
  async redeploy(bundle: Bundle): Promise<void> {
    await this.#deployed.redeploy(bundle)
  }

  /** @throws `FOLDER_NOT_FOUND`, `INVALID_OPTIONS` */
  check(folder: string, { packing }: CheckOptions = {}): Promise<FolderCheck> {
    return packFor(this.#tenant, () => checkFolder(folder, { ...this.#packing, ...packing }))
  }

  /** @throws `INVALID_REQUEST`, `REDIS_UNREACHABLE`, or what packing throws */
  async deploy(folder: string, options: DeployOptions): Promise<Deployment> {
    const path = parse(z.string().min(1), folder, 'folder', 'INVALID_REQUEST')
    const { alias, tenant = this.#tenant, by, packing } = parseDeployOptions(options)
    const bundle = await packFor(tenant, () =>
      packing === undefined
        ? this.#folders.bundleOf(path)
        : packFolder(path, { ...this.#packing, ...packing }),
    )
    await this.#allowed.check(bundle, tenant)
    await this.#deployed.deploy(bundle)
    const deployment = deploymentOf(bundle)
    if (alias === undefined) return deployment
    return { ...deployment, alias: await this.aliases.move(alias, bundle.id, { tenant, by }) }
  }
}
