import { ModulePaths } from '@isolated-runtime/protocol/module-paths'
import type { Context } from 'node:vm'
import type { ModuleFunction } from '../realm/inside/boundary.ts'
import { breaksOut, GuestScript } from '../realm/guest-script.ts'
import type { BundleContent } from './messages.ts'

/** Compiles something, and keeps the time. */
type Compiling = <Compiled>(compile: () => Compiled) => Compiled

/** The modules of one bundle, each compiled when it is first required. */
export class BundleScripts {
  /** Globals that every run of the bundle sees. */
  readonly constantsJson: string | undefined
  readonly #files: BundleContent['files']
  readonly #paths: ModulePaths
  readonly #scripts = new Map<string, GuestScript>()
  /** The code of modules that {@link breaksOut} has not looked at. */
  #unchecked: string[] = []
  #leavesTraces = false

  readonly #compiling: Compiling

  constructor({ files, constantsJson }: BundleContent, compiling: Compiling) {
    this.#compiling = compiling
    this.#files = files
    this.#paths = new ModulePaths(files)
    this.constantsJson = constantsJson
  }

  /** See `RealmPort.resolve`. */
  resolve(importer: string, specifier: string): string {
    return this.#paths.resolve(importer, specifier)
  }

  load(path: string, context: Context): ModuleFunction | string | undefined {
    const compiled = this.#scripts.get(path)
    if (compiled !== undefined) return compiled.instantiate(context)
    const file = Object.hasOwn(this.#files, path) ? this.#files[path] : undefined
    if (file === undefined) return undefined
    if (file.kind === 'json') return file.code
    const script = this.#compiling(() => new GuestScript(path, file.code))
    this.#scripts.set(path, script)
    this.#unchecked.push(file.code)
    return script.instantiate(context)
  }

  /** Whether loading one of the modules so far leaves more in a realm than a function. */
  leavesTraces(): boolean {
    this.#leavesTraces ||= this.#unchecked.some(breaksOut)
    this.#unchecked = []
    return this.#leavesTraces
  }
}

/** The bundles this thread has met, the least recently used forgotten first: they count against the guest's heap. */
export class ScriptCache {
  readonly #bundles = new Map<string, BundleScripts>()
  readonly #max: number

  readonly #compiling: Compiling

  /** @param compiling called with whatever compiles a module */
  constructor(max: number, compiling: Compiling = (compile) => compile()) {
    this.#max = max
    this.#compiling = compiling
  }

  get(id: string): BundleScripts | undefined {
    const bundle = this.#bundles.get(id)
    if (bundle === undefined) return undefined
    this.#bundles.delete(id)
    this.#bundles.set(id, bundle)
    return bundle
  }

  add(id: string, content: BundleContent): BundleScripts {
    const bundle = new BundleScripts(content, this.#compiling)
    this.#bundles.set(id, bundle)
    for (const oldest of this.#bundles.keys()) {
      if (this.#bundles.size <= this.#max) break
      this.#bundles.delete(oldest)
    }
    return bundle
  }
}
