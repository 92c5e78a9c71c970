import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'oxc-parser'

/** One import of a file, types included. */
export interface Import {
  /** The file that imports, from the root of the repository. */
  readonly from: string
  /** The file that is imported, from the same root; for another package, its name as it is written. */
  readonly to: string
  readonly isPackage: boolean
}

const SOURCES = ['packages/*/{src,attacks,differential}/**/*.ts', 'services/*/src/**/*.ts', 'scripts/**/*.ts']
/** A type such as `import('./a.ts').A`, which is no import of the module. */
const INLINE = /\bimport\(\s*'([^']+)'\s*\)/g

/** All imports of the repository. */
export function importsOf(root: string): Import[] {
  return globSync(SOURCES, { cwd: root })
    .toSorted()
    .flatMap((file) => importsIn(file, readFileSync(join(root, file), 'utf8')))
}

/** The imports of one file. */
export function importsIn(file: string, text: string): Import[] {
  const { staticImports, staticExports } = parseSync(file, text).module
  const names = new Set([
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...Array.from(text.matchAll(INLINE), ([, name = '']) => name),
  ])
  return [...names].map((name) =>
    name.startsWith('.')
      ? { from: file, to: join(dirname(file), name), isPackage: false }
      : { from: file, to: name, isPackage: true },
  )
}
