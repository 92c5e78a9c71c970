/** What bundlers give to packages, and what stands for it in packed code. */
const NAME = '__nodeGlobals'

/** For esbuild: free variables of packages that are not there in a realm. */
export const NODE_GLOBALS: Readonly<Record<string, string>> = {
  global: 'globalThis',
  process: `${NAME}.process`,
  Buffer: `${NAME}.Buffer`,
}

const GETTERS: Readonly<Record<string, string>> = {
  process: '__process ??= require("/node_modules/.node/process.js")',
  Buffer: '__buffer ??= require("/node_modules/.node/buffer.js").Buffer',
}
const USES = new RegExp(`(typeof (?=\\w+\\.\\w+(?!\\w|\\s*[.[(?])))?\\b${NAME}\\.(process|Buffer)\\b`, 'g')

/**
 * Packed code with the globals of Node.js that it uses, each made when it is first touched; asking for the type of one
 * touches it not.
 */
export function withNodeGlobals(code: string): string {
  const used = new Set<string>()
  const typed = code.replace(USES, (use, isTyped: string | undefined, name: string) => {
    if (isTyped !== undefined) return name === 'process' ? '"object"' : '"function"'
    used.add(name)
    return use
  })
  if (used.size === 0) return typed
  const getters = [...used].toSorted().map((name) => `get ${name}() { return ${GETTERS[name] ?? ''} }`)
  return `let __process, __buffer; const ${NAME} = { ${getters.join(', ')} };\n${typed}`
}
