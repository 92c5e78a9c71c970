'use strict'

const unavailable = require('../unavailable.cjs')

class AsyncResource {
  constructor(type) {
    this.type = type
  }

  static bind(call) {
    return call
  }

  bind(call) {
    return call
  }

  runInAsyncScope(call, self, ...args) {
    return Reflect.apply(call, self, args)
  }

  emitDestroy() {
    return this
  }

  asyncId() {
    return 1
  }

  triggerAsyncId() {
    return 0
  }
}

/** Libraries make one when they are loaded. What `run` stores would not be there after an `await`, so it throws. */
class AsyncLocalStorage {
  static bind(call) {
    return call
  }

  static snapshot() {
    return (call, ...args) => call(...args)
  }

  getStore() {
    return undefined
  }

  disable() {}
}
Object.assign(AsyncLocalStorage.prototype, unavailable('AsyncLocalStorage', 'enterWith exit run'))

module.exports = unavailable('async_hooks', 'createHook executionAsyncResource', {
  AsyncLocalStorage,
  AsyncResource,
  executionAsyncId: () => 1,
  triggerAsyncId: () => 0,
})
