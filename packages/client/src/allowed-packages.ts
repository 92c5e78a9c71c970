import { refusePackages } from '@isolated-runtime/bundle'
import type { Bundle } from '@isolated-runtime/protocol'
import type { Tenants } from '@isolated-runtime/queue'

/** A policy that changes holds from then on at the latest. */
const LOOK_AGAIN_MS = 1_000
const MAX_REMEMBERED = 10_000

/** Whether the policy of a tenant allows the npm packages of a bundle. Bundles without any cost nothing. */
export class AllowedPackages {
  readonly #tenants: Pick<Tenants, 'rules'>
  readonly #allowedUntil = new Map<string, number>()

  constructor(tenants: Pick<Tenants, 'rules'>) {
    this.#tenants = tenants
  }

  /** @throws `BUNDLE_FILE_REFUSED` naming the packages that are not allowed */
  async check(bundle: Bundle, tenant: string): Promise<void> {
    if (!hasPackages(bundle)) return
    const key = `${tenant}/${bundle.id}`
    if (performance.now() < (this.#allowedUntil.get(key) ?? 0)) return
    const { external } = await this.#tenants.rules(tenant)
    if (external) refusePackages(bundle, external, `tenant "${tenant}"`)
    if (this.#allowedUntil.size >= MAX_REMEMBERED) this.#allowedUntil.clear()
    this.#allowedUntil.set(key, performance.now() + LOOK_AGAIN_MS)
  }
}

function hasPackages({ files }: Bundle): boolean {
  return Object.values(files).some((file) => file.kind === 'commonjs' && file.imports !== undefined)
}
