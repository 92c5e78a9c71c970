const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*`
/** `export function f`, `export default async function`, `export const f =`, `exports.f =`. */
const EXPORTS = new RegExp(
  String.raw`^[ \t]*(?:export\s+(?<isDefault>default\s+)?(?:async\s+)?function\s*(?:\*\s*)?(?:(?<named>${NAME})\s*)?` +
    String.raw`|export\s+const\s+(?<constant>${NAME})\s*=\s*(?:async\s+)?(?:function\s*(?:\*\s*)?(?:${NAME}\s*)?)?` +
    String.raw`|export\s+default\s+(?:async\s+)?(?=[(<])` +
    String.raw`|(?:module\.)?exports\.(?<assigned>${NAME})\s*=\s*(?:async\s+)?(?:function\s*(?:\*\s*)?(?:${NAME}\s*)?)?)(?=[(<])`,
  'gmu',
)
const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }
const MAX_LENGTH = 1_000
/** What is looked at of a text before and behind the beginning of a function. */
const MAX_PART = 4_000
const MAX_FUNCTIONS = 2_000

/** What exported functions take and give, by name, where their types are written beside them. */
export function signaturesIn(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const match of text.matchAll(EXPORTS).take(MAX_FUNCTIONS)) {
    const { index, groups = {} } = match
    const [whole] = match
    const name =
      groups['isDefault'] === undefined
        ? (groups['named'] ?? groups['constant'] ?? groups['assigned'])
        : 'default'
    const signature =
      signatureAt(text.slice(index, index + MAX_PART), whole.length) ??
      jsDocSignature(text.slice(Math.max(0, index - MAX_PART), index))
    if (signature !== undefined) found[name ?? 'default'] = signature
  }
  return found
}

/** Type parameters, parameters and the type of the result, if any of these has a type. */
function signatureAt(text: string, start: number): string | undefined {
  const afterTypes = text[start] === '<' ? skipSpace(text, closing(text, start)) : start
  if (text[afterTypes] !== '(') return undefined
  const end = closing(text, afterTypes)
  const afterEnd = skipSpace(text, end)
  const result = text[afterEnd] === ':' ? text.slice(afterEnd + 1, endOfType(text, afterEnd + 1)).trim() : ''
  if (end - start > MAX_LENGTH || text[end - 1] !== ')') return undefined
  const parameters = text.slice(start, end)
  const hasTypes = result !== '' || /[\p{ID_Continue}$}\]]\s*\??\s*:/u.test(parameters)
  if (!hasTypes) return undefined
  return onOneLine(`${parameters} => ${result === '' ? 'unknown' : result}`)
}

/** The same of the comment that a text ends with. */
function jsDocSignature(text: string): string | undefined {
  const before = text.trimEnd()
  const doc = before.endsWith('*/') ? before.slice(before.lastIndexOf('/**') + 3, -2) : '*/'
  if (doc.includes('*/')) return undefined
  const parameters = Array.from(doc.matchAll(/@param\s*\{/g), (match) => {
    const open = match.index + match[0].length - 1
    const end = closing(doc, open)
    const [, optional, name = '_'] = /^\s*(\[)?([\w$.]+)/.exec(doc.slice(end)) ?? []
    return name.includes('.')
      ? ''
      : `${name}${optional === undefined ? '' : '?'}: ${doc.slice(open + 1, end - 1)}`
  })
  const returned = /@returns?\s*\{/.exec(doc)
  const open = returned === null ? -1 : returned.index + returned[0].length - 1
  const result = open < 0 ? undefined : doc.slice(open + 1, closing(doc, open) - 1)
  if (parameters.length === 0 && result === undefined) return undefined
  return onOneLine(`(${parameters.filter((each) => each !== '').join(', ')}) => ${result ?? 'unknown'}`)
}

/** Behind the bracket that closes the one at `start`; strings and comments between them are skipped. */
function closing(text: string, start: number): number {
  const open: string[] = []
  for (let index = start; index < text.length; index++) {
    const character = text[index] ?? ''
    index = skipped(text, index)
    const closer = PAIRS[character]
    if (closer !== undefined) open.push(closer)
    // `=>` closes nothing.
    else if (character === open.at(-1) && !(character === '>' && text[index - 1] === '=')) open.pop()
    if (open.length === 0) return index + 1
  }
  return text.length
}

/** The end of a type that stands before the body of a function. */
function endOfType(text: string, start: number): number {
  const end = Math.min(text.length, start + MAX_LENGTH)
  let hasType = false
  for (let index = start; index < end; index++) {
    const character = text[index] ?? ''
    const isArrow = character === '=' && text[index + 1] === '>'
    if (character === '{' && hasType) return index
    if (isArrow) return index
    if (PAIRS[character] !== undefined) index = closing(text, index) - 1
    else if (character === ';') return index
    hasType = /[|&=]/.test(character) ? false : hasType || character.trim() !== ''
    // A function type goes on behind its arrow.
    if (text[index] === ')' && /^\s*=>\s*[^{\s]/.test(text.slice(index + 1, index + 20))) index += 3
  }
  return end
}

/** The last character of the string or comment that begins here, or the place itself. */
function skipped(text: string, index: number): number {
  const two = text.slice(index, index + 2)
  if (two === '//') return Math.max(index, text.indexOf('\n', index))
  if (two === '/*') return Math.max(index, text.indexOf('*/', index) + 1)
  const quote = text[index] ?? ''
  if (!/["'`]/.test(quote)) return index
  let end = index + 1
  while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1
  return end
}

function skipSpace(text: string, index: number): number {
  return index + (/^\s*/.exec(text.slice(index))?.[0].length ?? 0)
}

function onOneLine(text: string): string {
  return text
    .replaceAll(/\(\s*\n\s*/g, '(')
    .replaceAll(/,?\s*\n\s*\)/g, ')')
    .replaceAll(/\s*\n\s*\*?\s*/g, ' ')
    .trim()
}
