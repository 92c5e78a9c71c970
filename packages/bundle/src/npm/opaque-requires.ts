import type { Message } from 'esbuild'

/** esbuild says these only when it is asked to. */
export const TELL_OPAQUE_REQUIRES = {
  'indirect-require': 'warning',
  'unsupported-require-call': 'warning',
  'unsupported-dynamic-import': 'warning',
} as const

const NEAR = 100
/** `typeof require`, `require.extensions`, and what the builds of browserify and webpack start with. */
const HARMLESS_BEFORE = /typeof\s+$|(["'])function\1\s*={2,3}\s*typeof\s+require\s*&&\s*$/
const HARMLESS_AFTER = /^require\s*\.\s*(?!call\b|apply\b|bind\b)\w|^require\s*={2,3}\s*(["'])function\1/

/** The files, as esbuild calls them, that ask for modules in a way that only a run can tell. */
export function opaqueFiles(warnings: readonly Message[]): string[] {
  return warnings.flatMap(({ id, location }) => {
    if (!Object.hasOwn(TELL_OPAQUE_REQUIRES, id) || location === null) return []
    const { file, lineText, column } = location
    // Minified code is one line of megabytes.
    const line = Buffer.from(lineText)
    const before = line.subarray(Math.max(0, column - NEAR), column).toString()
    const after = line.subarray(column, column + NEAR).toString()
    const isHarmless =
      id === 'indirect-require' && (HARMLESS_BEFORE.test(before) || HARMLESS_AFTER.test(after))
    return isHarmless ? [] : [file]
  })
}
