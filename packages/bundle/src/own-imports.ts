import { posix } from 'node:path'
import { importTargets, type AskKind } from './npm/offered-file.ts'
import type { Source } from './read-source.ts'

/** What the `imports` of the `package.json` files in a guest's folder make of specifiers such as `#rates`. */
export class OwnImports {
  /** By directory. */
  readonly #manifests: ReadonlyMap<string, object>

  readonly #conditions: readonly string[]

  constructor(sources: readonly Source[], conditions: readonly string[]) {
    this.#conditions = conditions
    const manifests = sources.filter(({ path }) => posix.basename(path) === 'package.json')
    this.#manifests = new Map(manifests.map(({ path, text }) => [posix.dirname(path), objectOf(text)]))
  }

  /** A path inside the bundle, or the specifier of a package; `undefined` if the nearest `package.json` has none. */
  find(specifier: string, importer: string, kind: AskKind): string | undefined {
    if (!specifier.startsWith('#')) return undefined
    const directory = this.#nearest(importer)
    if (directory === undefined) return undefined
    const target = this.#firstTarget(this.#manifests.get(directory), specifier, kind)
    return target?.startsWith('./') ? posix.join(directory, target) : target
  }

  #firstTarget(manifest: object | undefined, specifier: string, kind: AskKind): string | undefined {
    const [target] = importTargets(manifest ?? {}, specifier, kind, this.#conditions)
    // One name leads to one thing: no chains, no ways out.
    return typeof target !== 'string' || /^(?:#|\/|\.\.)/.test(target) ? undefined : target
  }

  #nearest(importer: string): string | undefined {
    for (let directory = posix.dirname(importer); ; directory = posix.dirname(directory)) {
      if (this.#manifests.has(directory)) return directory
      if (directory === '/') return undefined
    }
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
