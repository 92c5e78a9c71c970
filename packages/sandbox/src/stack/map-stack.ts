import type { Position } from './source-positions.ts'

const INDENT = '    at '
const ASYNC = 'async '
const NUMBER = /^\d{1,9}$/
const MAX_LINE_CHARS = 1_024

/** A line such as `    at main (/rules/vat.ts:3:14)` or `    at async /rules/vat.ts:3:14`. */
interface Frame extends Position {
  /** What comes before the path, and after the column. */
  readonly before: string
  readonly after: string
}

/**
 * Puts the places in a stack where the author sees them. The text may be a guest's own invention: what does not look
 * like a frame stays as it is.
 *
 * @param header `name: message`, which may have lines that look like frames
 * @param originOf is asked `maxFrames` times at most
 */
export function mapStack(
  stack: string,
  header: string,
  originOf: (position: Position) => Position | undefined,
  maxFrames: number,
): string {
  const start = stack.startsWith(header) ? header.length : 0
  let left = maxFrames
  const lines = stack.slice(start).split('\n')
  const mapped = lines.map((text) => {
    const frame = left > 0 ? frameOf(text) : undefined
    if (frame === undefined) return text
    left--
    const origin = originOf(frame)
    return origin ? `${frame.before}${origin.path}:${origin.line}:${origin.column}${frame.after}` : text
  })
  return stack.slice(0, start) + mapped.join('\n')
}

// Not by one regular expression: a guest can write lines that it would take long for.
function frameOf(text: string): Frame | undefined {
  if (text.length > MAX_LINE_CHARS || !text.startsWith(INDENT)) return undefined
  const isNamed = text.endsWith(')')
  const end = isNamed ? text.length - 1 : text.length
  const columnAt = text.lastIndexOf(':', end) + 1
  const lineAt = text.lastIndexOf(':', columnAt - 2) + 1
  const start = isNamed ? text.lastIndexOf(' (/', lineAt) + 2 : startOfUnnamed(text)
  const path = text.slice(start, Math.max(start, lineAt - 1))
  const line = text.slice(lineAt, Math.max(lineAt, columnAt - 1))
  const column = text.slice(columnAt, end)
  if (!path.startsWith('/') || !NUMBER.test(line) || !NUMBER.test(column)) return undefined
  const outside = { before: text.slice(0, start), after: text.slice(end) }
  return { path, line: Number(line), column: Number(column), ...outside }
}

function startOfUnnamed(text: string): number {
  return text.startsWith(ASYNC, INDENT.length) ? INDENT.length + ASYNC.length : INDENT.length
}
