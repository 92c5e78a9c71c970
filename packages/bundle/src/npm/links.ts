import type { Built } from './build-packages.ts'
import { packagesAskedIn } from './file-needs.ts'
import type { PackageFile } from './package-files.ts'
import type { GraphOptions } from './package-graph.ts'
import { readInside } from './read-inside.ts'

/** What files that are files of the bundle ask other packages for, where esbuild does not see it. */
export class Links {
  readonly #options: Pick<GraphOptions, 'files' | 'labels' | 'maxBytes'>
  /** By the path of the file, what its specifiers lead to. */
  readonly #imports = new Map<string, Readonly<Record<string, string>>>()

  constructor(options: Pick<GraphOptions, 'files' | 'labels' | 'maxBytes'>) {
    this.#options = options
  }

  /** Looks into files that were not looked into yet, and gives the files of packages that they ask for. */
  async add(
    files: readonly (readonly [string, PackageFile | undefined])[],
  ): Promise<readonly (readonly [string, PackageFile])[]> {
    const found: (readonly [string, PackageFile])[] = []
    for (const [path, file] of files) {
      if (file === undefined || this.#imports.has(path)) continue
      const imports: [string, string][] = []
      for (const specifier of packagesAskedIn(await this.#textOf(file))) {
        const target = await this.#options.files.forPackage(specifier, file, 'require')
        if (target.kind === 'stand-in') imports.push([specifier, target.path])
        if (target.kind !== 'file') continue
        const label = this.#options.labels.of(target)
        imports.push([specifier, label])
        found.push([label, target])
      }
      this.#imports.set(path, Object.fromEntries(imports))
    }
    return found
  }

  /** Built files, with what they ask for. */
  applied(built: ReadonlyMap<string, Built>): ReadonlyMap<string, Built> {
    return new Map([...built].map(([path, each]) => [path, { ...each, file: this.#linked(path, each.file) }]))
  }

  #linked(path: string, file: Built['file']): Built['file'] {
    const imports = this.#imports.get(path)
    return imports === undefined || Object.keys(imports).length === 0 ? file : { ...file, imports }
  }

  async #textOf({ folder, realPath }: PackageFile): Promise<string> {
    const { maxBytes } = this.#options
    return (await readInside({ folder: folder.realPath, path: realPath, shown: realPath, maxBytes })) ?? ''
  }
}
