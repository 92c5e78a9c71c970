import { calling, type Program } from './program.ts'

const thrownAway = { fate: 'thrown away' } as const

/** What a program can do to the global object. */
export const globals: readonly Program[] = [
  calling('adds a global', 'const before = typeof left; globalThis.left = 1; return [before, left]'),
  calling(
    'adds a global through this',
    'const before = typeof left; (function () { return this })().left = 2; return before',
  ),
  calling('adds a global by a sloppy assignment', 'const before = typeof left; left = 3; return before'),
  calling(
    'adds many globals',
    'const before = Object.keys(globalThis).length; for (let i = 0; i < 2000; i++) globalThis["left" + i] = i; return before',
  ),
  calling(
    'adds globals with indexes',
    'const before = [globalThis[0], globalThis[7]]; globalThis[0] = "zero"; globalThis[7] = "seven"; return before',
  ),
  calling(
    'adds a global with a symbol',
    'const before = Object.getOwnPropertySymbols(globalThis).length; globalThis[Symbol("left")] = 1; return before',
  ),
  calling(
    'adds a global with a registered symbol',
    'const before = globalThis[Symbol.for("left")]; globalThis[Symbol.for("left")] = 1; return before ?? "none"',
  ),
  calling(
    'adds a global with a well-known symbol',
    'const before = String(globalThis); globalThis[Symbol.toStringTag] = "Left"; return [before === "[object Left]", String(globalThis)]',
  ),
  calling(
    'adds a hidden global',
    'const before = typeof left; Object.defineProperty(globalThis, "left", { value: 1, configurable: true }); return before',
  ),
  calling(
    'adds a global accessor',
    'const before = typeof left; Object.defineProperty(globalThis, "left", { get: () => "got", set() {}, configurable: true }); return [before, left]',
  ),
  calling(
    'adds a global accessor that throws',
    'const before = "left" in globalThis; Object.defineProperty(globalThis, "left", { get() { throw new Error("read") }, enumerable: true, configurable: true }); return before',
  ),
  calling(
    'adds a global that is not configurable',
    'const before = typeof left; Object.defineProperty(globalThis, "left", { value: 1 }); return before',
    thrownAway,
  ),
  calling(
    'adds an accessor that is not configurable',
    'const before = typeof left; Object.defineProperty(globalThis, "left", { get: () => 1 }); return before',
    thrownAway,
  ),
  calling(
    'overwrites a constructor',
    'const before = new Date(0).getTime(); Date = class { getTime() { return "left" } }; return [before, new Date(0).getTime()]',
  ),
  calling(
    'overwrites a function',
    'const before = parseInt("7"); parseInt = () => "left"; return [before, parseInt("7")]',
  ),
  calling(
    'overwrites a namespace',
    'const before = JSON.stringify({ a: 1 }); JSON = { stringify: () => "left" }; return [before, JSON.stringify({})]',
  ),
  calling(
    'overwrites Object',
    'const before = Object.keys({ a: 1 }); Object = { keys: () => ["left"] }; return before',
  ),
  calling(
    'overwrites Promise',
    'const before = await Promise.resolve(1); Promise = undefined; return before',
  ),
  calling(
    'overwrites Error',
    'const before = new Error("a").message; Error = function () { this.message = "left" }; return [before, new Error("a").message]',
  ),
  calling(
    'overwrites Symbol',
    'const before = typeof Symbol.iterator; Symbol = { iterator: "left" }; return before',
  ),
  calling(
    'overwrites Reflect',
    'const before = Reflect.ownKeys({ a: 1 }); Reflect = { ownKeys: () => ["left"] }; return before',
  ),
  calling('overwrites global', 'const before = global === globalThis; global = { left: 1 }; return before'),
  calling(
    'overwrites globalThis',
    'const before = globalThis === global; globalThis = { left: 1 }; return before',
  ),
  calling(
    'overwrites undefined and NaN in vain',
    'const before = [undefined === void 0, NaN !== NaN]; undefined = 1; NaN = 2; Infinity = 3; return before',
  ),
  calling(
    'turns a builtin into an accessor',
    'const before = Math.max(1, 2); const { Math: first } = globalThis; Object.defineProperty(globalThis, "Math", { get: () => ({ ...first, max: () => "left" }), configurable: true }); return [before, Math.max(1, 2)]',
  ),
  calling(
    'makes a builtin enumerable',
    'const before = Object.keys(globalThis); Object.defineProperty(globalThis, "Map", { enumerable: true }); return before',
  ),
  calling(
    'makes a builtin read-only',
    'const before = Object.getOwnPropertyDescriptor(globalThis, "Set").writable; Object.defineProperty(globalThis, "Set", { writable: false }); return before',
  ),
  calling(
    'makes a builtin not configurable',
    'const before = Object.getOwnPropertyDescriptor(globalThis, "Set").configurable; Object.defineProperty(globalThis, "Set", { configurable: false }); return before',
    thrownAway,
  ),
  calling(
    'overwrites a builtin for good',
    'const before = new Map().size; Object.defineProperty(globalThis, "Map", { value: class { size = "left" }, writable: false, configurable: false }); return before',
    thrownAway,
  ),
  calling(
    'deletes a builtin',
    'const before = typeof WeakMap; delete globalThis.WeakMap; return [before, typeof WeakMap]',
    thrownAway,
  ),
  calling(
    'deletes a builtin and brings it back',
    'const before = Object.getOwnPropertyNames(globalThis).indexOf("Array"); const { Array } = globalThis; delete globalThis.Array; Object.defineProperty(globalThis, "Array", { value: Array, writable: true, configurable: true }); return before',
    thrownAway,
  ),
  calling(
    'deletes all builtins',
    'const before = Object.getOwnPropertyNames(globalThis).length > 50; for (const name of Object.getOwnPropertyNames(globalThis)) { try { delete globalThis[name] } catch {} } return before',
    thrownAway,
  ),
  calling(
    'freezes the global',
    'const before = Object.isFrozen(globalThis); Object.freeze(globalThis); return before',
    thrownAway,
  ),
  calling(
    'seals the global',
    'const before = Object.isSealed(globalThis); Object.seal(globalThis); return before',
    thrownAway,
  ),
  calling(
    'makes the global not extensible',
    'const before = Object.isExtensible(globalThis); Object.preventExtensions(globalThis); return before',
    thrownAway,
  ),
  calling(
    'adds to the prototype of the global',
    '"use strict"; const before = globalThis.left; Object.getPrototypeOf(globalThis).left = 1; return [before ?? "none", left]',
    { differs: 'builtins are frozen' },
  ),
  calling(
    'changes the prototype of the global',
    'const before = globalThis.left; try { Object.setPrototypeOf(globalThis, { left: 1 }) } catch (error) { return error.name } return [before ?? "none", globalThis.left]',
  ),
  calling(
    'puts a proxy under the global',
    'const before = globalThis.left; try { globalThis.__proto__ = new Proxy({}, { has: () => true, get: () => "left" }) } catch (error) { return error.name } return before ?? "none"',
  ),
  calling(
    'puts null under the global',
    'const before = "toString" in globalThis; try { Object.setPrototypeOf(globalThis, null) } catch (error) { return error.name } return before',
  ),
  calling(
    'overwrites console',
    'const before = typeof console.log; console = { log: () => { throw new Error("left") } }; return before',
  ),
  calling(
    'patches console',
    'const before = String(console.log).includes("left"); console.log = function left() {}; console.left = 1; return [before, Object.keys(console).includes("left")]',
  ),
  calling(
    'freezes console',
    'const before = Object.isFrozen(console); Object.freeze(console); return before',
  ),
  calling('deletes console', 'const before = typeof console; delete globalThis.console; return before'),
  calling(
    'overwrites global with a read-only value',
    'const before = global === globalThis; Object.defineProperty(globalThis, "global", { value: 1, writable: false }); return [before, global]',
  ),
]
