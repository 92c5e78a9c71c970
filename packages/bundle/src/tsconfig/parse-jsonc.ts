// What is not closed goes on to its end, so that each character is looked at once.
const STRING = String.raw`"(?:\\.|[^"\\\n])*"?`
const COMMENTS = new RegExp(String.raw`${STRING}|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?`, 'g')
const LAST_COMMAS = new RegExp(String.raw`${STRING}|,(?=\s*[}\]])`, 'g')

/** JSON that may have comments, and commas behind the last of a list. @throws a `SyntaxError` with the place */
export function parseJsonc(text: string): unknown {
  return JSON.parse(text.replace(COMMENTS, blank).replace(LAST_COMMAS, blank))
}

/** Blanks in the place of what is no string keep all places. */
function blank(part: string): string {
  return part.startsWith('"') ? part : part.replaceAll(/[^\n]/g, ' ')
}

/** Where a text that is not JSON stops being it, as V8 tells it. */
export function placeInJson(error: unknown): { readonly line: number; readonly column: number } {
  const [, line = 1, column = 1] =
    /line (\d+) column (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
  return { line: Number(line), column: Number(column) }
}
