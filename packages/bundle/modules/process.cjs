'use strict'

// What packages written for bundlers expect of the global "process": that of a browser, as bundlers give it.
const none = () => []
const unavailable = (name) => () => {
  throw new Error(`process.${name} is built into Node.js, and guests do not have it`)
}
const hrtime = (since) => {
  const ms = performance.now()
  const [seconds, nanoseconds] = [Math.floor(ms / 1_000), Math.floor((ms % 1_000) * 1e6)]
  if (since === undefined) return [seconds, nanoseconds]
  const borrow = nanoseconds < since[1] ? 1 : 0
  return [seconds - since[0] - borrow, nanoseconds - since[1] + borrow * 1e9]
}
hrtime.bigint = () => BigInt(Math.floor(performance.now() * 1e6))

const process = {
  title: 'browser',
  browser: true,
  // What the option "env" gives; packages are built for production.
  env: { ...globalThis.process?.env, NODE_ENV: 'production' },
  argv: [],
  execArgv: [],
  version: '',
  versions: {},
  platform: 'browser',
  arch: 'javascript',
  pid: 1,
  release: {},
  config: {},
  nextTick: (call, ...args) => queueMicrotask(() => call(...args)),
  hrtime,
  cwd: () => '/',
  umask: () => 0,
  uptime: () => performance.now() / 1_000,
  emitWarning(warning) {
    // oxlint-disable-next-line no-console -- the console of the guest
    console.warn(warning)
  },
  exit: unavailable('exit'),
  chdir: unavailable('chdir'),
  binding: unavailable('binding'),
  kill: unavailable('kill'),
  memoryUsage: unavailable('memoryUsage'),
  emit: () => false,
  listenerCount: () => 0,
  listeners: none,
  eventNames: none,
}
// Nothing happens that could be listened to.
for (const name of [
  'on',
  'addListener',
  'once',
  'off',
  'removeListener',
  'removeAllListeners',
  'prependListener',
  'prependOnceListener',
  'setMaxListeners',
])
  process[name] = () => process

module.exports = process
