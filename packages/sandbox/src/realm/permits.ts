/**
 * The globals of ECMAScript that guests see. Whatever else V8 puts into a realm is deleted before guest code runs, so
 * a global that a newer V8 brings stays out until somebody adds it here.
 */
export const PERMITTED_GLOBALS: readonly string[] = [
  // Values
  'globalThis',
  'Infinity',
  'NaN',
  'undefined',

  // Fundamental objects and errors
  'Object',
  'Function',
  'Boolean',
  'Symbol',
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SuppressedError',
  'SyntaxError',
  'TypeError',
  'URIError',

  // Numbers, dates and text
  'Number',
  'BigInt',
  'Math',
  'Date',
  'String',
  'RegExp',
  'Intl',

  // Collections and iteration
  'Array',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Iterator',

  // Bytes, within the realm
  'ArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',

  // Control
  'Promise',
  'Proxy',
  'Reflect',
  'JSON',
  'DisposableStack',
  'AsyncDisposableStack',

  // Functions; `eval` and `Function` stay because code tests for them, but compile no text unless that is allowed
  'eval',
  'isFinite',
  'isNaN',
  'parseFloat',
  'parseInt',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'escape',
  'unescape',
]

/**
 * What guests see only where a sandbox allows it (`SandboxOptions.allow`), by group; docs/operate/security-model.md has the
 * price of each.
 */
export const ALLOWABLE_GLOBALS = {
  // `eval`, `new Function` and the constructors of other functions compile text: they are there in any case
  'code-from-strings': [],

  // A second compiler, for a language that most exploits of engines are written in
  'web-assembly': ['WebAssembly'],

  // Memory that may be shared, and a way to stand still without using time of the processor
  'shared-memory': ['SharedArrayBuffer', 'Atomics'],

  // They tell when the collector ran, which depends on what else the thread has done
  'weak-references': ['WeakRef', 'FinalizationRegistry'],
} as const satisfies Record<string, readonly string[]>

/** What a sandbox may allow its guests besides what they have in any case. */
export type Allowable = keyof typeof ALLOWABLE_GLOBALS

/**
 * Of these objects guests see no more than this. What is left out would go on by itself when the run is over
 * (`waitAsync`, streams), or runs guest code on a stack of its own (`promising`).
 */
export const PERMITTED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  WebAssembly: [
    'validate',
    'compile',
    'instantiate',
    'Module',
    'Instance',
    'Memory',
    'Table',
    'Global',
    'Tag',
    'JSTag',
    'Exception',
    'CompileError',
    'LinkError',
    'RuntimeError',
  ],
  Atomics: [
    'load',
    'store',
    'add',
    'sub',
    'and',
    'or',
    'xor',
    'exchange',
    'compareExchange',
    'isLockFree',
    'wait',
    'notify',
    'pause',
  ],
}

/** The function by which a guest reports its progress: seen only by runs that ask for it. */
export const PROGRESS_GLOBAL = 'reportProgress'

/** What one value that it reports may come to, as JSON. */
export const MAX_PROGRESS_BYTES = 4 * 1024

/**
 * What guests see besides ECMAScript, by group. Each is made inside the realm when guest code first touches it
 * (`inside/comforts/`); a run that touches none pays for none.
 */
export const COMFORT_GLOBALS = {
  // Lines of the run's log, kept with level and time
  console: ['console'],

  // Timers, none of which outlives its run
  timers: [
    'setTimeout',
    'setInterval',
    'setImmediate',
    'clearTimeout',
    'clearInterval',
    'clearImmediate',
    'queueMicrotask',
  ],

  // Copies, within the realm
  cloning: ['structuredClone'],

  // Addresses: the whatwg-url library
  urls: ['URL', 'URLSearchParams'],

  // Text and bytes: the @exodus/bytes library, and base64
  encoding: ['TextEncoder', 'TextDecoder'],
  base64: ['atob', 'btoa'],

  // Events and cancellation
  events: ['Event', 'CustomEvent'],
  eventTargets: ['EventTarget'],
  abort: ['AbortController', 'AbortSignal'],
  exceptions: ['DOMException'],

  // Entropy comes from the host as text; no keys, no ciphers
  crypto: ['crypto'],

  // Clocks in steps too coarse to time a cache with
  performance: ['performance'],
  temporal: ['Temporal'],
} as const satisfies Record<string, readonly string[]>
