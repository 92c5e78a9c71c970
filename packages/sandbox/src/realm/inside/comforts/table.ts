import type { ComfortKit } from './kit.ts'

/** Makes the function that draws a table of rows, as `console.table` does. */
export function createTable(kit: ComfortKit) {
  const { inspectSafely } = kit.use('inspect')
  const VALUES = 'Values'

  function entriesOf(data: object): readonly (readonly [index: unknown, row: unknown])[] {
    if (data instanceof Map)
      return [...data].map(([key, value], index) => [index, { Key: key, Values: value }])
    if (data instanceof Set) return [...data].map((value, index) => [index, value])
    return Object.entries(data)
  }

  function draw(rows: readonly (readonly string[])[]): string {
    const widths = (rows[0] ?? []).map(
      (_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)) + 2,
    )
    const rule = (left: string, middle: string, right: string): string =>
      left + widths.map((width) => '─'.repeat(width)).join(middle) + right
    const line = (row: readonly string[]): string =>
      `│${widths.map((width, column) => ` ${row[column] ?? ''}`.padEnd(width)).join('│')}│`
    const [head = [], ...body] = rows
    return [
      rule('┌', '┬', '┐'),
      line(head),
      rule('├', '┼', '┤'),
      ...body.map(line),
      rule('└', '┴', '┘'),
    ].join('\n')
  }

  return {
    table(data: object, only?: readonly string[]): string {
      const columns = new Set<string>(only)
      let hasValues = false
      const entries = entriesOf(data).map(([index, row]) => {
        const isObject = typeof row === 'object' && row !== null
        if (isObject && only === undefined) for (const key of Object.keys(row)) columns.add(key)
        if (!isObject) hasValues = true
        return {
          index: String(index),
          row: isObject ? (row as Record<string, unknown>) : undefined,
          value: row,
        }
      })
      const isOf = data instanceof Map || data instanceof Set ? '(iteration index)' : '(index)'
      const head = [isOf, ...columns, ...(hasValues ? [VALUES] : [])]
      const body = entries.map(({ index, row, value }) => [
        index,
        ...[...columns].map((column) =>
          row !== undefined && Object.hasOwn(row, column) ? inspectSafely(row[column], { depth: 0 }) : '',
        ),
        ...(hasValues ? [row === undefined ? inspectSafely(value) : ''] : []),
      ])
      return draw([head, ...body])
    },
  }
}
