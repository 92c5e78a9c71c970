'use strict'

const names = 'BroadcastChannel MessageChannel MessagePort Worker receiveMessageOnPort'

module.exports = require('../unavailable.cjs')('worker_threads', names, {
  isMainThread: true,
  parentPort: null,
  threadId: 0,
  workerData: null,
})
