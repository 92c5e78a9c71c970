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
  'Temporal',
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

  // Bytes, within the realm: SharedArrayBuffer and Atomics are left out, they are clocks and ways to share
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

  // Control: WeakRef and FinalizationRegistry are left out, they outlive a run
  'Promise',
  'Proxy',
  'Reflect',
  'JSON',
  'DisposableStack',
  'AsyncDisposableStack',

  // Functions; `eval` and `Function` stay because code tests for them, but compile no text
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

  // A clock in steps too coarse to time a cache with
  performance: ['performance'],
} as const satisfies Record<string, readonly string[]>
