import type { RealmPort } from '../boundary.ts'
import type { Pristine } from './pristine.ts'

interface Module {
  exports: unknown
}

/** Makes the `require` of one run. Its module cache lives and dies with the run. */
export function createModules(
  pristine: Pristine,
  port: Pick<RealmPort, 'load'>,
): (path: string) => Module | undefined {
  const { apply, defineProperty, Error, parse, slice, lastIndexOf, startsWith, endsWith, split } = pristine
  const cache: Record<string, Module | null | undefined> = { __proto__: null }
  const extensions = [
    '',
    '.js',
    '.json',
    '.ts',
    '.cjs',
    '.mjs',
    '.cts',
    '.mts',
    '/index.js',
    '/index.ts',
    '/index.cjs',
    '/index.mjs',
    '/index.json',
  ]

  function dirnameOf(path: string): string {
    return apply(slice, path, [0, apply(lastIndexOf, path, ['/'])])
  }

  /** Joins a relative specifier to a folder; `undefined` if it leaves the bundle. */
  function join(directory: string, specifier: string): string | undefined {
    const segments: readonly string[] = apply(split, specifier, ['/'])
    let path = directory
    for (let index = 0; index < segments.length; index++) {
      const segment = segments[index]
      if (segment === '' || segment === '.') continue
      if (segment !== '..') path += `/${segment}`
      else if (path === '') return undefined
      else path = dirnameOf(path)
    }
    return path
  }

  function instantiate(path: string): Module | undefined {
    const known = cache[path]
    if (known) return known
    let loaded
    try {
      loaded = port.load(path)
    } catch {
      throw new Error(`Cannot load module "${path}"`)
    }
    if (loaded === undefined) return undefined
    if (typeof loaded === 'string') return (cache[path] = { exports: parse(loaded) })
    const directory = dirnameOf(path)
    const module: Module = { exports: {} }
    cache[path] = module
    try {
      apply(loaded, module.exports, [
        module.exports,
        requireFrom(directory, path),
        module,
        path,
        directory === '' ? '/' : directory,
      ])
    } catch (thrown) {
      cache[path] = undefined
      throw thrown
    }
    return module
  }

  /** TypeScript writes `./x.js` where the file is `./x.ts`. */
  function find(path: string): Module | undefined {
    for (let index = 0; index < extensions.length; index++) {
      const module = instantiate(path + extensions[index])
      if (module !== undefined) return module
    }
    if (apply(endsWith, path, ['.js'])) return instantiate(`${apply(slice, path, [0, -3])}.ts`)
    if (apply(endsWith, path, ['.mjs'])) return instantiate(`${apply(slice, path, [0, -4])}.mts`)
    return undefined
  }

  function notFound(specifier: string, importer: string, why: string): Error {
    const error = new Error(`Cannot find module "${specifier}" required from "${importer}": ${why}`)
    defineProperty(error, 'code', {
      __proto__: null,
      value: 'MODULE_NOT_FOUND',
      enumerable: true,
    } as PropertyDescriptor)
    return error
  }

  function requireFrom(directory: string, importer: string): (specifier: string) => unknown {
    return function require(specifier) {
      if (typeof specifier !== 'string')
        throw new pristine.TypeError('The argument of require must be a string')
      const relative =
        apply(startsWith, specifier, ['./']) ||
        apply(startsWith, specifier, ['../']) ||
        specifier === '.' ||
        specifier === '..'
      const absolute = apply(startsWith, specifier, ['/'])
      if (!relative && !absolute)
        throw notFound(
          specifier,
          importer,
          'only files of the bundle can be required, by a path such as "./other.js"',
        )
      const path = join(absolute ? '' : directory, specifier)
      if (path === undefined) throw notFound(specifier, importer, 'the path leaves the bundle')
      const module = find(path)
      if (module === undefined) throw notFound(specifier, importer, 'the bundle holds no such file')
      return module.exports
    }
  }

  return instantiate
}
