import { posix } from 'node:path'
import type { Language } from './language.ts'
import type { Source } from './read-source.ts'

/** Settles which files of JavaScript are CommonJS and which ESM, where the nearest `package.json` has a `type`. */
export function applyPackageTypes(sources: readonly Source[]): readonly Source[] {
  const languages = new Map<string, Language>()
  for (const { path, text } of sources) {
    if (posix.basename(path) !== 'package.json') continue
    languages.set(posix.dirname(path), languageOfType(text))
  }
  if (languages.size === 0) return sources
  return sources.map((source) =>
    source.language === 'javascript' ? { ...source, language: nearest(languages, source.path) } : source,
  )
}

function nearest(languages: ReadonlyMap<string, Language>, path: string): Language {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const language = languages.get(folder)
    if (language !== undefined) return language
    if (folder === '/') return 'javascript'
  }
}

/** What is not JSON is refused when the file itself is packed. */
function languageOfType(text: string): Language {
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch {
    return 'javascript'
  }
  const type: unknown = Reflect.get(Object(manifest), 'type')
  if (type === 'module') return 'esm'
  return type === 'commonjs' ? 'commonjs' : 'javascript'
}
