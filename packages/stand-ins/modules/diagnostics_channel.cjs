'use strict'

// Nothing subscribes to what goes on in a guest.
class Channel {
  hasSubscribers = false

  constructor(name) {
    this.name = name
  }

  publish() {}
  subscribe() {}
  unsubscribe() {
    return false
  }
  bindStore() {}
  unbindStore() {
    return false
  }
  runStores(_context, call, self, ...args) {
    return Reflect.apply(call, self, args)
  }
}

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error']
const channels = new Map()

function channel(name) {
  if (!channels.has(name)) channels.set(name, new Channel(name))
  return channels.get(name)
}

function tracingChannel(name) {
  return {
    ...Object.fromEntries(EVENTS.map((event) => [event, channel(`tracing:${name}:${event}`)])),
    hasSubscribers: false,
    subscribe() {},
    unsubscribe: () => false,
    traceSync: (call, _context, self, ...args) => Reflect.apply(call, self, args),
    tracePromise: (call, _context, self, ...args) => Reflect.apply(call, self, args),
    traceCallback: (call, _position, _context, self, ...args) => Reflect.apply(call, self, args),
  }
}

module.exports = {
  Channel,
  channel,
  tracingChannel,
  hasSubscribers: () => false,
  subscribe() {},
  unsubscribe: () => false,
}
