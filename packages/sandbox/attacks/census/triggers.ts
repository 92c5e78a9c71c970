/** What a guest does before the census: the body of an async function, which may return what it got hold of. */
export const TRIGGERS: Readonly<Record<string, string>> = {
  'a module that is not there': "try { require('./none') } catch (error) { return error }",
  'a module that throws': "try { require('./thrower.js') } catch (error) { return error }",
  'an import': "return import('fs').catch((error) => [error, error.stack])",
  'a prepared stack':
    'const got = []; Error.prepareStackTrace = (...args) => got.push(args); void new Error().stack; return got',
  'an endless stack': 'Error.stackTraceLimit = Infinity; return new Error().stack',
  'an error with a symbol for a name':
    'const error = new Error(); error.name = Symbol(); try { void error.stack } catch (thrown) { return thrown }; return error',
  'a full stack':
    'const got = []; (function deep() { try { deep() } catch (error) { got.push(error) } })(); return got',
  'a full stack under console':
    'const got = []; (function deep() { try { console.log(1); deep() } catch (error) { got.push(error) } })(); return got',
  'a full stack under require':
    "const got = []; (function deep() { try { require('./none'); deep() } catch (error) { if (got.length < 20) got.push(error) } })(); return got",
  'a full stack under import':
    "const got = []; (function deep() { try { got.push(import('x').catch((error) => error)); deep() } catch (error) { got.push(error) } })(); return Promise.all(got.slice(-99))",
  'rejections that nobody handles': 'Promise.reject({}); (async () => { throw {} })()',
  'a thenable': 'const got = []; await { then(...args) { got.push(...args); args[0]() } }; return got',
  'patched promises':
    'const got = []; const { then } = Promise.prototype; Promise.prototype.then = function (...args) { got.push(this, ...args); return then.apply(this, args) }; import("x").catch(() => {}); Promise.prototype.then = then; return got',
  'patched functions':
    'const got = []; for (const key of ["call", "apply", "bind"]) Function.prototype[key] = function (...args) { got.push(this, args) }; console.log(1); return got',
  'a polluted Object.prototype':
    'const got = []; Object.defineProperty(Object.prototype, "port", { configurable: true, get() { got.push(this) }, set(value) { got.push(this, value) } }); console.log({}); return got',
  'a species':
    'class Own extends Promise {}; const promise = import("x"); promise.constructor = { [Symbol.species]: Own }; return promise.catch((error) => error)',
  'hostile JSON':
    'const got = []; try { JSON.parse("{") } catch (error) { got.push(error) }; try { JSON.stringify({ toJSON() { throw new Proxy({}, {}) } }) } catch (error) { got.push(error) }; return got',
  'hostile regular expressions':
    'const got = []; try { new RegExp("(") } catch (error) { got.push(error) }; "a".replace(/a/, (...args) => got.push(args)); return [got, RegExp]',
  'hostile Intl':
    'const got = []; for (const name of Object.getOwnPropertyNames(Intl)) try { new Intl[name]("x-", new Proxy({}, {})) } catch (error) { got.push(error) }; return got',
  'reports of progress':
    "const got = []; for (const value of [1, 1n, { toJSON() { throw got } }, new Proxy({}, {}), 'x'.repeat(9999)]) try { got.push(reportProgress(value)) } catch (error) { got.push(error) }; return [got, reportProgress]",
  'a full stack under reports of progress':
    'const got = []; (function deep() { try { reportProgress(1); deep() } catch (error) { got.push(error) } })(); return got',
  'console lines':
    'for (const key of Object.keys(console)) try { console[key]({ get a() { throw 1 } }, new Proxy({}, {})) } catch (error) { return error }',
  'code from strings':
    'const got = []; for (const make of [Function, eval, (async () => {}).constructor]) try { make("1") } catch (error) { got.push(error) }; return got',
  'suppressed errors':
    'const got = []; try { using a = { [Symbol.dispose]() { null.x } }; null.y } catch (error) { got.push(error) }; return got',
}

/** The same, where a sandbox allows all that it can. */
export const ALLOWED_TRIGGERS: Readonly<Record<string, string>> = {
  'functions made of text':
    'return [Function, (async () => {}).constructor, (function* () {}).constructor].map((make) => [make("return this"), make("return this").call()])',
  'broken text':
    'const got = []; for (const make of [Function, eval]) for (const text of ["(", "await", "\\u2028}"]) try { make(text) } catch (error) { got.push(error) }; return got',
  'an import in text':
    'return [eval("import(\'x\')"), Function("return import(\'x\')")()].map((promise) => promise.catch((error) => error))',
  'text on a full stack':
    'const got = []; (function deep() { try { eval("deep()") } catch (error) { if (got.length < 50) got.push(error) } })(); return got',
  'modules of WebAssembly':
    'const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]); const module = await WebAssembly.compile(bytes); return [module, await WebAssembly.instantiate(bytes), new WebAssembly.Instance(module), await WebAssembly.compile(bytes.slice(1)).catch((error) => error)]',
  'objects of WebAssembly':
    'const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }); return [memory, memory.buffer, new WebAssembly.Table({ initial: 1, element: "anyfunc" }), new WebAssembly.Global({ value: "i64" }, 1n), new WebAssembly.Tag({ parameters: ["externref"] })]',
  'shared memory':
    'const buffer = new SharedArrayBuffer(8, { maxByteLength: 16 }); const view = new Int32Array(buffer); try { Atomics.wait(view, 0, 1) } catch (error) { return error }; return [buffer, view]',
  'weak references':
    'const got = []; const registry = new FinalizationRegistry((...args) => got.push(args)); registry.register({}, {}); try { registry.register(1) } catch (error) { got.push(error) }; return [registry, new WeakRef({}), got]',
}
