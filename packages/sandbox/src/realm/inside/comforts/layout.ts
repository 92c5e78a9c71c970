interface Place {
  readonly indentation: number
  readonly lineLength: number
  readonly isList: boolean
  /** Whether there is little enough inside for one line. */
  readonly isShallow: boolean
}

/** Makes what arranges the parts of a value: on one line where that fits, as Node's `util.inspect` does. */
export function createLayout(): {
  arrange(parts: readonly string[], open: string, close: string, base: string, place: Place): string
} {
  /** So many items of a list stand below each other only if they are long. */
  const SHORT_LIST = 6
  const SHORT_ITEM = 16

  function inRows(parts: readonly string[], width: number): string[] {
    const rows: string[] = []
    let row = ''
    for (const part of parts) {
      const longer = row === '' ? part : `${row}, ${part}`
      if (longer.length <= width) row = longer
      else {
        rows.push(row)
        row = part
      }
    }
    return [...rows, row]
  }

  return {
    arrange(parts: readonly string[], open: string, close: string, base: string, place: Place): string {
      const { indentation, lineLength, isList, isShallow } = place
      const head = base === '' ? open : `${base} ${open}`
      if (parts.length === 0) return head + close
      const isFlat = !base.includes('\n') && parts.every((part) => !part.includes('\n'))
      const isLongList = isList && parts.length > SHORT_LIST
      const length = parts.reduce((sum, part) => sum + part.length + 1, 0)
      // The figures are Node's.
      const start = parts.length + indentation + open.length + base.length + 10
      if (isShallow && isFlat && !isLongList && length + start + parts.length <= lineLength)
        return `${head} ${parts.join(', ')} ${close}`
      const isDense = isLongList && isFlat && length / parts.length <= SHORT_ITEM
      const rows = isDense ? inRows(parts, lineLength - indentation - 4) : parts
      const margin = `\n${' '.repeat(indentation)}`
      return `${head}${margin}  ${rows.join(`,${margin}  `)}${margin}${close}`
    },
  }
}
