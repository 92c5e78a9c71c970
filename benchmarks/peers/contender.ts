/** A way to run the code of tenants. */
export interface Contender extends AsyncDisposable {
  /** Calls a trivial function of a tenant, and awaits what it returns. */
  call(tenant: string): Promise<void>
}

/** What a tenant brings: each has a module of its own, with the same function. */
export function codeOf(tenant: string): string {
  return `exports.echo = (value) => value // ${tenant}`
}
