import { calling, module, type Program } from './program.ts'

/** State of modules and closures, and what goes on after the function has settled. */
export const state: readonly Program[] = [
  module('counts in a module', 'let calls = 0\nexports.main = () => ++calls'),
  module('counts on its exports', 'exports.calls = 0\nexports.main = () => ++exports.calls'),
  module(
    'counts on its function',
    'exports.main = function main() { return (main.calls = (main.calls ?? 0) + 1) }',
  ),
  module('counts in another module', 'exports.main = () => ++require("./counter.js").calls'),
  module('counts in a JSON module', 'exports.main = () => ++require("./counter.json").calls'),
  module(
    'counts in a class',
    'class Counter { static #calls = 0; static next() { return ++this.#calls } }\nexports.main = () => Counter.next()',
  ),
  module(
    'counts in a WeakMap',
    'const calls = new WeakMap()\nconst key = {}\nexports.main = () => { calls.set(key, (calls.get(key) ?? 0) + 1); return calls.get(key) }',
  ),
  module(
    'counts in a generator',
    'const numbers = (function* () { let n = 0; for (;;) yield ++n })()\nexports.main = () => numbers.next().value',
  ),
  module('counts on require', 'exports.main = () => (require.calls = (require.calls ?? 0) + 1)'),
  module('counts on module', 'exports.main = () => (module.calls = (module.calls ?? 0) + 1)'),
  module(
    'replaces its exports',
    'module.exports = class { static main() { return (this.calls = (this.calls ?? 0) + 1) } }',
  ),
  module(
    'patches what another module exports',
    'exports.main = () => { const other = require("./counter.js"); const before = other.left ?? "none"; other.left = 1; return before }',
  ),
  module(
    'remembers in a closure of a global',
    'exports.main = () => { const before = globalThis.next?.() ?? "none"; let n = 0; globalThis.next = () => ++n; return before }',
  ),
  module(
    'leaves a promise that never settles',
    'exports.main = () => { new Promise(() => {}).then(() => { globalThis.left = 1 }); return typeof left }',
  ),
  module(
    'leaves an async function that waits for ever',
    'exports.main = () => { (async () => { await new Promise(() => {}); globalThis.left = 1 })(); return typeof left }',
  ),
  module(
    'leaves a promise with its resolver on the global',
    'exports.main = () => { const before = typeof wake; new Promise((resolve) => { globalThis.wake = resolve }).then(() => { globalThis.left = 1 }); return before }',
  ),
  module(
    'leaves a rejected promise',
    'exports.main = () => { Promise.reject(new Error("left")); return typeof left }',
    { rejects: true },
  ),
  module(
    'leaves microtasks',
    'exports.main = () => { let n = 0; const next = () => { globalThis.left = ++n; if (n < 500) Promise.resolve().then(next) }; next(); return n }',
  ),
  module(
    'leaves microtasks that define for good',
    'exports.main = () => { const before = typeof left; Promise.resolve().then(() => {}).then(() => {}).then(() => Object.defineProperty(globalThis, "left", { value: 1 })); return before }',
    { fate: 'thrown away' },
  ),
  module(
    'leaves microtasks that throw',
    'exports.main = () => { Promise.resolve().then(() => { throw new Error("left") }); return 1 }',
    { rejects: true },
  ),
  module(
    'leaves an async generator half way',
    'exports.main = async () => { const g = (async function* () { try { yield 1; yield 2 } finally { globalThis.left = 1 } })(); return [typeof left, (await g.next()).value] }',
  ),
  module(
    'leaves an import() that fails',
    'exports.main = () => { import("./none.js").catch(() => { globalThis.left = 1 }); return typeof left }',
  ),
  module(
    'leaves a thenable that settles twice',
    'exports.main = () => ({ then(resolve, reject) { resolve(1); resolve(2); reject(new Error("left")) } })',
  ),
  module(
    'leaves a timer',
    'exports.main = () => { const before = typeof left; globalThis.setTimeout?.(() => { globalThis.left = 1 }, 1); return before }',
  ),
  module(
    'leaves an interval',
    'exports.main = () => { const before = typeof left; globalThis.setInterval?.(() => { globalThis.left = 1 }, 1); return before }',
  ),
  module(
    'leaves an immediate',
    'exports.main = () => { const before = typeof left; globalThis.setImmediate?.(() => { globalThis.left = 1 }); return before }',
  ),
  calling('shows its context', 'return [typeof rate, Object.keys(globalThis)]'),
  calling(
    'changes its context',
    'const before = setting.deep; setting.deep = "left"; setting.more = 1; return [before, Object.keys(setting)]',
  ),
  calling(
    'deletes its context',
    'const before = typeof setting; delete globalThis.setting; return [before, typeof setting]',
  ),
  calling(
    'keeps its context for good',
    'const before = setting.deep; Object.defineProperty(globalThis, "setting", { configurable: false }); return before',
    { fate: 'thrown away' },
  ),
]
