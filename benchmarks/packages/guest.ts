/** A guest that uses one function of a package. */
export interface Guest {
  /** What to install. */
  readonly name: string
  /** What it is asked for by, such as `date-fns/addDays`. */
  readonly specifier: string
  readonly also: readonly string[]
  readonly isEsm: boolean
  /** A function of what the package exports, as text. */
  readonly use: string
}

interface GuestOptions {
  readonly specifier?: string
  /** Other packages that have to be installed. */
  readonly also?: readonly string[]
  readonly esm?: boolean
}

/** A guest that requires a package. */
export function asks(specifier: string, use: string, options: GuestOptions = {}): Guest {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
  return {
    name,
    specifier: options.specifier ?? specifier,
    also: options.also ?? [],
    isEsm: options.esm ?? false,
    use,
  }
}

/** A guest that imports a package. */
export function imports(specifier: string, use: string): Guest {
  return asks(specifier, use, { esm: true })
}

/** The file of a guest. */
export function codeOf({ specifier, isEsm, use, also }: Guest): string {
  const main = `async () => (${use})(m)`
  const first = also.includes('reflect-metadata')
  return isEsm
    ? `import * as m from ${JSON.stringify(specifier)}\nexport const main = ${main}\n`
    : `${first ? "require('reflect-metadata')\n" : ''}const m = require(${JSON.stringify(specifier)})\nexports.main = ${main}\n`
}
