/** What matches a whole name; `*` stands for a part of it, but for no `/`. */
export function namePattern(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('[^/]*')}$`,
  )
}
