import { refusePackages } from '@isolated-runtime/bundle'
import type { Bundle } from '@isolated-runtime/protocol'
import type { BundleQuota, Tenants } from '@isolated-runtime/queue'

/** How long what was allowed is taken to be so still. */
const LOOK_AGAIN_MS = 60_000
/** A policy that names packages may change, and is heeded within a second. */
const LOOK_AGAIN_AT_PACKAGES_MS = 1_000
const MAX_REMEMBERED = 10_000

export interface AllowedBundlesOptions {
  readonly tenants: Pick<Tenants, 'effective'>
  readonly quota: Pick<BundleQuota, 'count'>
  /** How long a bundle that nobody uses is kept, in milliseconds. */
  readonly keepMs: number
}

/** Whether the policy of a tenant allows a bundle: its npm packages, and the room it takes. */
export class AllowedBundles {
  readonly #options: AllowedBundlesOptions
  readonly #allowedUntil = new Map<string, number>()

  constructor(options: AllowedBundlesOptions) {
    this.#options = options
  }

  /** @throws `BUNDLE_FILE_REFUSED` naming the packages that are not allowed, or `TENANT_STORAGE_FULL` */
  async check(bundle: Bundle, tenant: string): Promise<void> {
    const key = `${tenant}/${bundle.id}`
    if (performance.now() < (this.#allowedUntil.get(key) ?? 0)) return
    const { tenants, quota, keepMs } = this.#options
    const { external, maxBundleBytes } = await tenants.effective(tenant)
    if (external) refusePackages(bundle, external, `tenant "${tenant}"`)
    await quota.count(tenant, bundle, { maxBytes: maxBundleBytes, forMs: keepMs })
    if (this.#allowedUntil.size >= MAX_REMEMBERED) this.#allowedUntil.clear()
    const forMs = hasPackages(bundle) ? LOOK_AGAIN_AT_PACKAGES_MS : LOOK_AGAIN_MS
    this.#allowedUntil.set(key, performance.now() + forMs)
  }
}

function hasPackages({ files }: Bundle): boolean {
  return Object.values(files).some((file) => file.kind === 'commonjs' && file.imports !== undefined)
}
