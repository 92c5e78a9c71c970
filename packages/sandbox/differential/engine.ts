import { calling, module, type Program } from './program.ts'

const sealed = { differs: 'Error is frozen' } as const

/** State of the engine that no object holds, and settings it reads off builtins. */
export const engine: readonly Program[] = [
  calling(
    'leaves a match in RegExp.$1',
    'const before = [RegExp.$1, RegExp.$9]; /(l)eft/.exec("left"); return [before, RegExp.$1]',
  ),
  calling(
    'leaves a match in RegExp.lastMatch',
    'const before = [RegExp.lastMatch, RegExp["$&"], RegExp.lastParen]; "the left".replace(/l(e)ft/, ""); return [before, RegExp.lastMatch]',
  ),
  calling(
    'leaves contexts of a match',
    'const before = [RegExp.leftContext, RegExp.rightContext]; /b/.test("abc"); return [before, RegExp.leftContext, RegExp.rightContext]',
  ),
  calling(
    'leaves an input',
    'const before = [RegExp.input, RegExp.$_]; RegExp.input = "left"; return [before, RegExp.input]',
  ),
  calling(
    'leaves lastIndex in a literal',
    'const r = /a/g; const before = r.lastIndex; r.test("aa"); return [before, r.lastIndex]',
  ),
  calling(
    'sets Error.stackTraceLimit',
    'const before = Error.stackTraceLimit; Error.stackTraceLimit = 1; return [before, Error.stackTraceLimit]',
  ),
  calling(
    'sets Error.stackTraceLimit to nonsense',
    'const before = Error.stackTraceLimit; Error.stackTraceLimit = { left: 1 }; return before',
  ),
  calling(
    'deletes Error.stackTraceLimit',
    'const before = typeof Error.stackTraceLimit; delete Error.stackTraceLimit; return [before, typeof Error.stackTraceLimit]',
    sealed,
  ),
  calling(
    'sets Error.prepareStackTrace',
    'const before = typeof Error.prepareStackTrace; Error.prepareStackTrace = () => "left"; return [before, typeof Error.prepareStackTrace]',
  ),
  calling('looks for Error.prepareStackTrace', 'return "prepareStackTrace" in Error', sealed),
  calling(
    'patches Error.captureStackTrace',
    'const before = String(Error.captureStackTrace).includes("native"); Error.captureStackTrace = () => {}; return [before, String(Error.captureStackTrace).includes("native")]',
    sealed,
  ),
  calling('adds to Error', '"use strict"; Error.left = 1; return Error.left', sealed),
  calling('captures a stack', 'const o = {}; Error.captureStackTrace(o); return typeof o.stack'),
  calling(
    'registers a symbol',
    'const s = Symbol.for("left"); return [Symbol.keyFor(s), s === Symbol.for("left")]',
  ),
  calling(
    'asks for a symbol that another registered',
    'return [Symbol.for("left").description, Symbol.keyFor(Symbol.for("left")), Symbol.for("left").left ?? "none"]',
  ),
  calling(
    'formats with many locales',
    'return ["de", "en", "fr", "ar"].map((locale) => (1234.5).toLocaleString(locale))',
  ),
  calling(
    'formats dates in many zones',
    'return ["Asia/Tokyo", "America/New_York"].map((timeZone) => new Date(0).toLocaleString("en", { timeZone }))',
  ),
  calling(
    'asks for the default locale',
    'return [Intl.DateTimeFormat().resolvedOptions().locale, "ä" < "b", "ä".localeCompare("b")]',
  ),
  calling(
    'compares strings of a template',
    'const tag = (strings) => strings; const twice = [0, 1].map(() => tag`a${1}b`); return [twice[0] === twice[1], Object.isFrozen(twice[0]), twice[0].left ?? "none"]',
  ),
  calling(
    'overflows the stack',
    'let depth = 0; const dive = () => { depth++; dive() }; try { dive() } catch (error) { return [error instanceof RangeError, depth > 100] }',
  ),
  module('overflows the stack and lets it through', 'const dive = () => dive()\nexports.main = () => dive()'),
  module('throws a proxy', 'exports.main = () => { throw new Proxy({}, { get() { throw 1 } }) }'),
  module(
    'throws from a getter of the result',
    'exports.main = () => ({ get a() { throw new Error("mine") } })',
    { fate: 'thrown away' },
  ),
  module('gives what JSON cannot carry', 'exports.main = () => Symbol("left")', { fate: 'thrown away' }),
  module(
    'has a toJSON that leaves something',
    'exports.main = () => { const before = typeof left; return { toJSON() { globalThis.left = 1; return before } } }',
  ),
  module(
    'has a then that leaves something',
    'exports.main = () => { const before = typeof left; return { then(resolve) { globalThis.left = 1; resolve(before) } } }',
  ),
  module('fails while it loads', 'globalThis.left = 1\nthrow new Error("half way")'),
  module(
    'leaves its wrapper and declares a variable',
    '}); let left = 1; (function (exports) { exports.main = () => left',
    { fate: 'thrown away' },
  ),
]
