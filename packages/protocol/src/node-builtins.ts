/** The modules of Node.js that can be asked for without `node:`; a list of our own, because threads cannot ask Node.js. */
const NAMES: ReadonlySet<string> = new Set(
  `assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns
   domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring
   readline repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads
   zlib assert/strict dns/promises fs/promises inspector/promises path/posix path/win32 readline/promises
   stream/consumers stream/promises stream/web timers/promises util/types`.split(/\s+/),
)

/** The npm packages that do for guests what modules of Node.js do. */
const STAND_INS: ReadonlyMap<string, string> = new Map([
  ['assert', 'assert'],
  ['buffer', 'buffer'],
  ['crypto', 'crypto-browserify'],
  ['events', 'events'],
  ['os', 'os-browserify'],
  ['path', 'path-browserify'],
  ['path/posix', 'path-browserify'],
  ['process', 'process'],
  ['punycode', 'punycode'],
  ['querystring', 'querystring-es3'],
  ['stream', 'readable-stream'],
  ['string_decoder', 'string_decoder'],
  ['timers', 'timers-browserify'],
  ['tty', 'tty-browserify'],
  ['url', 'url'],
  ['util', 'util'],
  ['vm', 'vm-browserify'],
  ['zlib', 'browserify-zlib'],
])

/** A module of Node.js that was asked for. */
export interface Builtin {
  /** Without `node:`. */
  readonly name: string
  /** The specifier of the package that can stand in for it. */
  readonly standIn: string | undefined
}

/** Tells whether a specifier is that of a module of Node.js, and what can be used in its place. */
export function builtinOf(specifier: string): Builtin | undefined {
  const name = specifier.replace(/^node:/, '')
  if (name === specifier && !NAMES.has(name)) return undefined
  return { name, standIn: STAND_INS.get(name) }
}

/** Why a guest cannot have a module of Node.js, and what it could have. */
export function whyNoBuiltin({ name, standIn }: Builtin): string {
  const why = `"${name}" is built into Node.js, and guests do not have it`
  if (standIn === undefined) return why
  return `${why}; the npm package "${standIn}" can stand in for it, once it is installed and "external" allows it`
}
