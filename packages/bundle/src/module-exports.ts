/** After the path of an ES module: the file that is what it exports as `module.exports`, for those that require it. */
export const MODULE_EXPORTS = '/module.exports.js'

const NAMED = /\bas\s*(["'])module\.exports\1/

/** Whether an ES module says what it is to those that require it. */
export function saysModuleExports(text: string): boolean {
  return NAMED.test(text)
}

/** The code of that file. */
export function moduleExportsOf(specifier: string): string {
  return `module.exports = require(${JSON.stringify(specifier)})['module.exports']`
}
