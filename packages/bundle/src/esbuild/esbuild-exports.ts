/** What a module exports by name, and the modules that it exports all names of. */
export interface ModuleExports {
  readonly exports: readonly string[]
  readonly reexports: readonly string[]
}

const TABLE = /^__export\([^,\n]+, \{$/m
const ROW = /^ {2}("(?:[^"\\]|\\.)*"|[^\s":]+): \(\) => /
const REEXPORT = /^__reExport\(\w+, require\(("(?:[^"\\]|\\.)*")\), module\.exports\);$/gm

/**
 * Reads the exports of a module that esbuild has turned into CommonJS off the table that it writes of them; `undefined`
 * for other code. Code may be made to look like that, so each line is looked at once.
 */
export function esbuildExports(code: string): ModuleExports | undefined {
  const reexports = Array.from(code.matchAll(REEXPORT), ([, specifier = '']) => unquote(specifier))
  const table = TABLE.exec(code)
  if (table === null) return reexports.length > 0 ? { exports: [], reexports } : undefined
  const exports: string[] = []
  let start = table.index + table[0].length + 1
  for (;;) {
    const end = code.indexOf('\n', start)
    const name = ROW.exec(code.slice(start, end === -1 ? undefined : end))?.[1]
    if (name === undefined) return { exports, reexports }
    exports.push(unquote(name))
    if (end === -1) return { exports, reexports }
    start = end + 1
  }
}

/** esbuild writes strings as JSON does, but for names that are not Unicode, which nobody can call. */
function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}
