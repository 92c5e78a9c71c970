import { parse } from 'es-module-lexer/js'

/** A name as long as the word `import`, so that columns stay. */
const NAMES = ['_impor', 'impor_', '__impo', 'impo__']

/**
 * The text with each `import()` as a call of a function that is added at its end: what esbuild makes of one is an arrow
 * function, in which its argument can neither `await` nor `yield`.
 *
 * @returns `undefined` where there is none, or where that does not help
 */
export function withImportCalls(text: string): string | undefined {
  const name = NAMES.find((each) => !text.includes(each))
  const places = importPlaces(text)
  if (name === undefined || places.length === 0) return undefined
  let called = ''
  let end = 0
  for (const place of places) {
    called += text.slice(end, place) + name
    end = place + name.length
  }
  return `${called}${text.slice(end)}\n${functionOf(name)}`
}

function importPlaces(text: string): number[] {
  try {
    const [found] = parse(text)
    return found
      .filter(({ d }) => d > -1)
      .map(({ ss }) => ss)
      .toSorted((a, b) => a - b)
  } catch {
    // It does not know all of what esbuild and V8 take, such as JSX.
    return []
  }
}

function functionOf(name: string): string {
  return `function ${name}(specifier) {
  return new Promise((resolve) => resolve(\`\${specifier}\`)).then((text) => {
    const exports = require(text)
    return exports?.__esModule ? exports : { __proto__: null, ...exports, default: exports }
  })
}`
}
