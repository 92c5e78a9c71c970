import { posix } from 'node:path'
import { imports as targetsOf } from 'resolve.exports'
import type { AskKind } from './npm/file-in-package.ts'
import type { Source } from './read-source.ts'

/** What the `imports` of the `package.json` files in a guest's folder make of specifiers such as `#rates`. */
export class OwnImports {
  /** By directory. */
  readonly #manifests: ReadonlyMap<string, object>

  constructor(sources: readonly Source[]) {
    const manifests = sources.filter(({ path }) => posix.basename(path) === 'package.json')
    this.#manifests = new Map(manifests.map(({ path, text }) => [posix.dirname(path), objectOf(text)]))
  }

  /** A path inside the bundle, or the specifier of a package; `undefined` if the nearest `package.json` has none. */
  find(specifier: string, importer: string, kind: AskKind): string | undefined {
    if (!specifier.startsWith('#')) return undefined
    const directory = this.#nearest(importer)
    if (directory === undefined) return undefined
    const target = firstTarget(this.#manifests.get(directory), specifier, kind)
    return target?.startsWith('./') ? posix.join(directory, target) : target
  }

  #nearest(importer: string): string | undefined {
    for (let directory = posix.dirname(importer); ; directory = posix.dirname(directory)) {
      if (this.#manifests.has(directory)) return directory
      if (directory === '/') return undefined
    }
  }
}

function firstTarget(manifest: object | undefined, specifier: string, kind: AskKind): string | undefined {
  try {
    const options = { browser: true, require: kind === 'require' }
    const [target] = targetsOf({ name: '', imports: {}, ...manifest }, specifier, options) ?? []
    // One name leads to one thing: no chains, no ways out.
    return typeof target !== 'string' || /^(?:#|\/|\.\.)/.test(target) ? undefined : target
  } catch {
    // It throws for a specifier that it does not find, and for what is no map.
    return undefined
  }
}

/** What is not JSON is refused when the file itself is packed. */
function objectOf(text: string): object {
  try {
    const manifest: unknown = JSON.parse(text)
    return typeof manifest === 'object' && manifest !== null ? manifest : {}
  } catch {
    return {}
  }
}
