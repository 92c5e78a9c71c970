/** What matches a whole name; `*` stands for a part of it, but for no `/`. */
export function namePattern(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(escapePattern).join('[^/]*')}$`)
}

/** A pattern that matches a text as it is: `RegExp.escape`, which Node.js 22 lacks. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`)
}
