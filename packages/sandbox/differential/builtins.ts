import { calling, module, type Program } from './program.ts'

const frozen = { differs: 'builtins are frozen' } as const
const accessors = { differs: 'methods are accessors' } as const

/** What a program can do to builtins and their prototypes. */
export const builtins: readonly Program[] = [
  calling(
    'adds to Object.prototype',
    '"use strict"; const before = ({}).left; Object.prototype.left = 1; return before ?? ({}).left',
    frozen,
  ),
  calling(
    'adds a getter to Object.prototype',
    'Object.defineProperty(Object.prototype, "left", { get: () => 1, configurable: true }); return ({}).left',
    frozen,
  ),
  calling(
    'adds to Object.prototype in sloppy code',
    'const before = ({}).left; Object.prototype.left = 1; return before ?? ({}).left ?? "none"',
    frozen,
  ),
  calling('patches a method of arrays', 'Array.prototype.map = () => "left"; return [1].map(String)', frozen),
  calling(
    'adds a method to arrays',
    '"use strict"; Array.prototype.left = () => 1; return [].left()',
    frozen,
  ),
  calling(
    'adds an index to arrays',
    '"use strict"; Array.prototype[3] = "left"; return [1, , 3, ,][3]',
    frozen,
  ),
  calling(
    'lengthens the prototype of arrays',
    '"use strict"; Array.prototype.length = 5; return Array.prototype.length',
    { fate: 'thrown away' },
  ),
  calling('patches a method of strings', 'String.prototype.trim = () => "left"; return " a ".trim()', frozen),
  calling('patches functions', 'Function.prototype.call = () => "left"; return (() => 1).call()', frozen),
  module(
    'patches promises',
    'exports.main = () => { Promise.prototype.then = function () { return "left" }; return Promise.prototype.then() }',
    { fate: 'thrown away' },
  ),
  calling('makes a method of promises read-only', 'Object.freeze(Promise.prototype); return 1', {
    fate: 'thrown away',
  }),
  calling('patches a static function', 'Object.keys = () => ["left"]; return Object.keys({})', frozen),
  calling(
    'patches a static function in strict code',
    '"use strict"; Math.random = () => 4; return Math.random()',
    frozen,
  ),
  calling('patches JSON', '"use strict"; JSON.parse = () => "left"; return JSON.parse("1")', frozen),
  calling(
    'patches the prototype of errors',
    'Error.prototype.toString = () => "left"; return String(new Error("a"))',
    frozen,
  ),
  calling(
    'patches iterators of arrays',
    '"use strict"; [][Symbol.iterator]().__proto__.next = () => ({ done: true }); return [...[1]]',
    { fate: 'thrown away' },
  ),
  calling(
    'patches iterators of maps',
    '"use strict"; new Map().entries().__proto__.left = 1; return new Map().keys().left',
    frozen,
  ),
  calling(
    'patches the prototype of iterators',
    '"use strict"; Iterator.prototype.left = 1; return [].values().left',
    frozen,
  ),
  calling(
    'patches generators',
    '"use strict"; const g = function* () {}; g.__proto__.prototype.left = 1; return g().left',
    frozen,
  ),
  calling(
    'patches async generators',
    '"use strict"; const g = async function* () {}; g.__proto__.prototype.left = 1; return g().left',
    frozen,
  ),
  calling(
    'patches async functions',
    '"use strict"; (async () => {}).__proto__.left = 1; return (async () => {}).left',
    frozen,
  ),
  calling('patches regular expressions', 'RegExp.prototype.exec = () => null; return /a/.test("a")', {
    fate: 'thrown away',
  }),
  calling(
    'adds to regular expressions',
    '"use strict"; const before = /a/.left; RegExp.prototype.left = 1; return [before ?? "none", /a/.left]',
    { fate: 'thrown away' },
  ),
  calling(
    'gives regular expressions another prototype',
    'const before = /a/.left; Object.setPrototypeOf(RegExp.prototype, { left: 1 }); return [before ?? "none", /a/.left]',
    { fate: 'thrown away' },
  ),
  calling(
    'freezes regular expressions',
    'const before = Object.isFrozen(RegExp.prototype); Object.freeze(RegExp.prototype); return before',
    { fate: 'thrown away' },
  ),
  calling(
    'patches iterators of matches',
    '"use strict"; "a".matchAll(/a/g).__proto__.left = 1; return "b".matchAll(/b/g).left',
    frozen,
  ),
  calling(
    'patches typed arrays',
    '"use strict"; Uint8Array.__proto__.prototype.left = 1; return new Int8Array(1).left',
    frozen,
  ),
  calling('patches dates', 'Date.prototype.getTime = () => "left"; return new Date(0).getTime()', frozen),
  calling('patches symbols', '"use strict"; Symbol.prototype.left = 1; return Symbol.iterator.left', frozen),
  calling(
    'patches Intl',
    '"use strict"; Intl.NumberFormat.prototype.left = 1; return new Intl.NumberFormat().left',
    frozen,
  ),
  calling('adds to Intl', '"use strict"; Intl.left = 1; return Intl.left', frozen),
  calling(
    'patches Temporal',
    '"use strict"; Temporal.Duration.prototype.left = 1; return Temporal.Duration.from("PT1S").left',
    frozen,
  ),
  calling(
    'patches segments',
    '"use strict"; new Intl.Segmenter().segment("").__proto__.left = 1; return new Intl.Segmenter().segment("a").left',
    frozen,
  ),
  calling(
    'puts a property on the getter of stacks',
    '"use strict"; const get = Object.getOwnPropertyDescriptor(new Error("a"), "stack").get ?? {}; get.left = 1; return get.left',
    frozen,
  ),
  calling(
    'changes the prototype of a prototype',
    'Object.setPrototypeOf(Array.prototype, { left: 1 }); return [].left',
    frozen,
  ),
  calling('deletes a method', '"use strict"; delete Array.prototype.flat; return typeof [].flat', frozen),
  calling('deletes a method in sloppy code', 'delete Array.prototype.flat; return typeof [].flat', frozen),
  calling('asks whether builtins are frozen', 'return Object.isExtensible(Array.prototype)', frozen),
  calling(
    'looks at the descriptor of a method',
    'return typeof Object.getOwnPropertyDescriptor(Array.prototype, "map").value',
    accessors,
  ),
  calling(
    'freezes Object.prototype',
    'Object.freeze(Object.prototype); const o = {}; o.mine = 1; return o.mine',
  ),
  calling(
    'overrides a method on an instance',
    'const a = [1]; a.map = () => "mine"; return [a.map(), [2].map(String)]',
  ),
  calling(
    'overrides toString on an object',
    'const o = {}; o.toString = () => "mine"; return [String(o), Object.keys(o)]',
  ),
  calling(
    'overrides valueOf on a function',
    'function f() {} f.toString = () => "f!"; f.constructor = 1; return [`${f}`, f.constructor]',
  ),
  calling(
    'overrides the name of an error',
    'const e = new TypeError("m"); e.name = "Mine"; e.message = "n"; return [String(e), Object.keys(e)]',
  ),
  calling(
    'makes an old-style subclass',
    'function Mine() {} Mine.prototype = Object.create(Error.prototype); Mine.prototype.constructor = Mine; Mine.prototype.name = "Mine"; Mine.prototype.toString = function () { return "my " + this.name }; const m = new Mine(); return [String(m), m instanceof Error, Object.keys(Mine.prototype)]',
  ),
  calling(
    'makes an old-style subclass of arrays',
    'function List() {} List.prototype = Object.create(Array.prototype); List.prototype.push = function (x) { return Array.prototype.push.call(this, x, x) }; const l = new List(); l.push(1); return [l.length, l[1]]',
  ),
  calling(
    'overrides what promises, arrays and collections inherit',
    '"use strict"; const p = Promise.resolve(1); p.then = () => "then"; const a = [1]; a.constructor = Object; a[Symbol.iterator] = function* () { yield "mine" }; const m = new Map([[1, 2]]); m.get = () => "get"; m.has = () => "has"; return [p.then(), a.constructor === Object, ...a, m.get(), m.has(), m.size]',
  ),
  calling(
    'overrides what iterators inherit',
    '"use strict"; const g = (function* () {})(); g[Symbol.iterator] = 1; g.next = () => ({ done: false, value: "mine" }); const i = [1].values(); i.next = () => ({ done: true }); return [g[Symbol.iterator], g.next().value, [...i], Object.keys(i)]',
  ),
  calling(
    'overrides statics in subclasses',
    '"use strict"; class B extends Promise {} B.all = () => "all"; B.resolve = () => "resolve"; class E extends Error {} E.captureStackTrace = () => "capture"; E.stackTraceLimit = 3; class M extends Map {} M.groupBy = 1; return [B.all(), B.resolve(), E.captureStackTrace(), E.stackTraceLimit, Error.stackTraceLimit, M.groupBy]',
  ),
  calling(
    'assigns what is there already',
    '"use strict"; Math.sign = Math.sign || 1; Object.keys = Object.keys; Array.prototype.at = Array.prototype.at || 1; Promise.prototype.then = Promise.prototype.then; Error.prototype.name = "Error"; Error.captureStackTrace = Error.captureStackTrace; return [typeof Math.sign, [1].at(0)]',
  ),
  calling(
    'subclasses builtins',
    'class A extends Array { map(f) { return ["mine", ...super.map(f)] } } class P extends Promise {} class E extends RangeError { name = "E" } return [new A(1, 2).map(String), await P.resolve(3), new E("m").toString(), new A() instanceof Array]',
  ),
  calling(
    'uses names of methods as keys',
    'const counts = {}; for (const word of ["constructor", "toString", "valueOf", "constructor", "__proto__x"]) counts[word] = (Object.hasOwn(counts, word) ? counts[word] : 0) + 1; return counts',
  ),
  calling(
    'copies onto objects with Object.assign',
    'return Object.entries(Object.assign({}, { toString: 1, constructor: 2, hasOwnProperty: 3 }))',
  ),
  calling(
    'assigns through Reflect.set',
    'const target = {}; const done = Reflect.set(target, "toString", 1); return [done, target.toString, Reflect.set({}, "valueOf", 2, target), target.valueOf]',
  ),
  calling(
    'sorts, groups, formats and clones',
    'return [[3, 1, 2].sort(), Object.groupBy([1, 2, 3], (n) => (n % 2 ? "odd" : "even")), new Intl.NumberFormat("de").format(1234.5), new Date(0).toISOString(), JSON.parse(JSON.stringify({ a: [new Map([[1, 2]])] }))]',
  ),
]
