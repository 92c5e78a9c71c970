import type { CallHost } from './host.ts'
import type { Pristine } from './pristine.ts'

/** What a module knows as `module`. */
interface Module {
  readonly id: string
  readonly filename: string
  readonly path: string
  readonly require: Require
  exports: unknown
  loaded: boolean
}

type Require = (specifier: unknown) => unknown

/** Makes the `require` of one run. Its module cache lives and dies with the run. */
export function createModules(
  pristine: Pristine,
  callHost: CallHost,
): (path: string) => { readonly exports: unknown } | undefined {
  const { apply, defineProperty, Error, TypeError, parse, slice, lastIndexOf, startsWith } = pristine
  const cache: Record<string, Module | null | undefined> = { __proto__: null }

  function dirnameOf(path: string): string {
    const slash: number = apply(lastIndexOf, path, ['/'])
    return slash === 0 ? '/' : apply(slice, path, [0, slash])
  }

  function instantiate(path: string): Module | undefined {
    const known = cache[path]
    if (known) return known
    let loaded
    try {
      loaded = callHost('load', path)
    } catch {
      throw new Error(`Cannot load module '${path}'`)
    }
    if (loaded === undefined) return undefined
    const require = requireFrom(path)
    const directory = dirnameOf(path)
    const module: Module = { id: path, path: directory, exports: {}, filename: path, loaded: false, require }
    cache[path] = module
    try {
      if (typeof loaded === 'string') module.exports = parse(loaded)
      else apply(loaded, module.exports, [module.exports, require, module, path, directory])
    } catch (thrown) {
      cache[path] = undefined
      throw thrown
    }
    module.loaded = true
    return module
  }

  function notFound(specifier: string, importer: string, why: string): Error {
    const error = new Error(`Cannot find module '${specifier}' required from '${importer}': ${why}`)
    defineProperty(error, 'code', {
      __proto__: null,
      value: 'MODULE_NOT_FOUND',
      enumerable: true,
    } as PropertyDescriptor)
    return error
  }

  function resolveFrom(importer: string, specifier: unknown): string {
    if (typeof specifier !== 'string') throw new TypeError('The specifier of a module must be a string')
    let path
    try {
      path = callHost('resolve', importer, specifier)
    } catch {
      throw new Error(`Cannot look for module '${specifier}'`)
    }
    if (apply(startsWith, path, ['/'])) return path
    throw notFound(specifier, importer, path)
  }

  function requireFrom(importer: string): Require {
    function require(specifier: unknown): unknown {
      const path = resolveFrom(importer, specifier)
      const module = instantiate(path)
      if (module === undefined) throw notFound(path, importer, 'the bundle holds no such file')
      return module.exports
    }
    function resolve(specifier: unknown): string {
      return resolveFrom(importer, specifier)
    }
    // Defined, not assigned: a guest may have put a setter on the prototype of functions.
    defineProperty(require, 'resolve', {
      __proto__: null,
      value: resolve,
      writable: true,
      enumerable: true,
      configurable: true,
    } as PropertyDescriptor)
    return require
  }

  return instantiate
}
