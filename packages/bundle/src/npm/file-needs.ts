import { dirname, join } from 'node:path'
import { builtinOf } from '@isolated-runtime/protocol'
import type { PackageFolder } from './package-folders.ts'
import { readInside } from './read-inside.ts'

/** What files ask for, wherever it stands: comments make a file look needier than it is, which does no harm. */
const ASKS = /\brequire\s*\(\s*(['"])([^'"\n]+)\1\s*\)|\b(?:from|import)\s*(?:\(\s*)?(['"])([^'"\n]+)\3/g
/** How what only a page has is used, each with the question whether it is there, which makes its use harmless. */
const OF_PAGES = [
  [
    /(?<![.\w$])document\.(?:body|createElement|currentScript|head|implementation|querySelector)/,
    /typeof\s+(?:document|window|MutationObserver)\b/,
  ],
  [/[=(,]\s*document\s*[;,)]/, /typeof\s+(?:document|window|MutationObserver)\b/],
  [/(?<![.\w$])window\.\w/, /typeof\s+window\b/],
  [/(?<![.\w$])navigator\.\w/, /typeof\s+navigator\b/],
  [/\bnew XMLHttpRequest\b/, /typeof\s+XMLHttpRequest\b/],
] as const
/** In the place of a module. */
const ALWAYS_OF_PAGES = /\b(?:self|window)\.FormData\b/
const MAX_FILES = 200
const MAX_BYTES = 4 * 1024 * 1024

/** What a file needs, and those of its own package that it asks for. */
export interface FileNeeds {
  /** Modules of Node.js, without `node:`. */
  readonly builtins: ReadonlySet<string>
  /** Whether it uses what only a page of a browser has. */
  readonly dom: boolean
}

/**
 * What a file of a package needs. Modules of Node.js that the package itself maps or brings along are not needed.
 *
 * @param find the file of the package that a relative specifier leads to
 */
export async function needsOf(
  folder: PackageFolder,
  realPath: string,
  find: (path: string) => Promise<string | undefined>,
): Promise<FileNeeds> {
  const builtins = new Set<string>()
  const seen = new Set([realPath])
  let dom = false
  for (const path of seen) {
    const text = await textOf(folder, path)
    dom ||= needsPage(text)
    for (const [, , required, , imported] of text.matchAll(ASKS)) {
      const specifier = required ?? imported ?? ''
      const target = /^\.{1,2}(?:\/|$)/.test(specifier)
        ? await find(join(dirname(path), specifier))
        : undefined
      if (target !== undefined && seen.size < MAX_FILES) seen.add(target)
      const builtin = builtinOf(specifier)
      if (builtin !== undefined && !isOwn(folder, specifier)) builtins.add(builtin.name)
    }
  }
  return { builtins, dom }
}

function needsPage(text: string): boolean {
  return (
    ALWAYS_OF_PAGES.test(text) || OF_PAGES.some(([use, question]) => use.test(text) && !question.test(text))
  )
}

function isOwn({ manifest }: PackageFolder, specifier: string): boolean {
  const { browser, dependencies } = manifest
  const isMapped = typeof browser === 'object' && Object.hasOwn(browser, specifier)
  return isMapped || Object.hasOwn(dependencies ?? {}, specifier)
}

async function textOf(folder: PackageFolder, path: string): Promise<string> {
  try {
    const shown = path.slice(folder.realPath.length)
    return (await readInside({ folder: folder.realPath, path, shown, maxBytes: MAX_BYTES })) ?? ''
  } catch {
    // Packing it says what is wrong with it.
    return ''
  }
}

/** The specifiers in a text that are not paths, each once. */
export function packagesAskedIn(text: string): string[] {
  const specifiers = Array.from(
    text.matchAll(ASKS),
    ([, , required, , imported]) => required ?? imported ?? '',
  )
  return [...new Set(specifiers)].filter((specifier) => !/^(?:[./]|__proto__$)/.test(specifier))
}
