import { AsyncLocalStorage } from 'node:async_hooks'

const tenants = new AsyncLocalStorage<string>()

/** Packs for a tenant: all work for esbuild that `pack` causes is that tenant's. */
export function packFor<Result>(tenant: string, pack: () => Result): Result {
  return tenants.run(tenant, pack)
}

/** The tenant that is packed for; '' outside of `packFor()`. */
export function packingTenant(): string {
  return tenants.getStore() ?? ''
}
