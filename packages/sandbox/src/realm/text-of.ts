/** The text of a function, which makes it a function of whatever realm a script with that text runs in. */
export function textOf(inside: (...parameters: never[]) => unknown): string {
  return inside.toString()
}
