import { withImportCalls } from '../import-calls.ts'

/** `require('./langs/' + name)`, and the same with a template or as an `import()`. */
const PATTERN =
  /\b(?:require|import)\s*\((?=\s*(?:(["'])\.{1,2}\/(?:(?!\1|\n).)*\1\s*\+|`\.{1,2}\/[^`]*\$\{))/g
const WAITS = /\bimport\s*\(\s*(?:await|yield)\b/

/**
 * The text of a file of a package as esbuild can pack it. A path that is made of a beginning and an expression is a
 * pattern to esbuild, for which it would look at the disk: `globalThis && ` before it leaves it to the time of the run.
 */
export function packableText(text: string): string {
  const plain = text.replace(PATTERN, '$&globalThis && ')
  return (WAITS.test(plain) ? withImportCalls(plain) : undefined) ?? plain
}
