// A hook that turns a tiny rule language into JavaScript. It is run where the folder is packed, and trusted; the
// JavaScript it makes is run as any guest.
//
//   when total >= 100 and country is "DE" then 0
//   when weight > 20 then 25
//   otherwise 5.90

const TOKEN = /"[^"\\]*"|\d+(?:\.\d+)?|[a-z]\w*|[<>]=?|\S/gi
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['is', '==='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
])
const KEYWORDS = ['when', 'and', 'then', 'otherwise', 'is']

interface Token {
  readonly text: string
  readonly line: number
  readonly column: number
}

/** The hook. Files of other endings are left as they are. */
export function compile(code: string, path: string): string | undefined {
  if (!path.endsWith('.rule')) return undefined
  const lines = code.split('\n').map((text, index) => statement(tokensOf(text, index + 1)))
  return `exports.decide = (input) => {\n${lines.join('\n')}\n}`
}

/** One line of the language is one line of JavaScript, so that places in stacks are right. */
function statement(tokens: Token[]): string {
  const first = tokens.shift()
  if (first === undefined) return ''
  if (first.text === 'otherwise') return end(`return ${value(tokens)}`, tokens)
  if (first.text !== 'when') throw mistake(first, 'expected "when" or "otherwise"')
  const conditions: string[] = []
  do conditions.push(condition(tokens))
  while (taken(tokens, 'and'))
  if (!taken(tokens, 'then')) throw mistake(tokens[0] ?? first, 'expected "and" or "then"')
  return end(`if (${conditions.join(' && ')}) return ${value(tokens)}`, tokens)
}

function condition(tokens: Token[]): string {
  const name = tokens.shift()
  if (name === undefined || !/^[a-z]/i.test(name.text) || KEYWORDS.includes(name.text))
    throw mistake(name, 'expected the name of a field')
  const operator = tokens.shift()
  const symbol = OPERATORS.get(operator?.text ?? '')
  if (symbol === undefined) throw mistake(operator ?? name, 'expected "is", "<", "<=", ">" or ">="')
  return `input[${JSON.stringify(name.text)}] ${symbol} ${value(tokens, operator)}`
}

function value(tokens: Token[], before?: Token): string {
  const token = tokens.shift()
  if (token === undefined || !/^(?:".*"|\d.*)$/.test(token.text))
    throw mistake(token ?? before, 'expected a number or a text')
  return token.text
}

function end(code: string, [rest]: Token[]): string {
  if (rest !== undefined) throw mistake(rest, 'expected the end of the line')
  return code
}

function taken(tokens: Token[], text: string): boolean {
  if (tokens[0]?.text !== text) return false
  tokens.shift()
  return true
}

function tokensOf(text: string, line: number): Token[] {
  return [...text.replace(/#.*/, '').matchAll(TOKEN)].map((match) => ({
    text: match[0],
    line,
    column: match.index + 1,
  }))
}

/** An error with a line and a column is shown in its place. */
function mistake(token: Token | undefined, expected: string): Error {
  const { text = 'nothing', line = 1, column = 1 } = token ?? {}
  return Object.assign(new Error(`Found ${text}, ${expected}`), { line, column })
}
