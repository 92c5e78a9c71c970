'use strict'

const names =
  'Http2ServerRequest Http2ServerResponse connect createSecureServer createServer getDefaultSettings'

// 'HTTP2_HEADER_CONTENT_TYPE' is 'content-type', 'HTTP2_HEADER_PATH' is ':path'.
const PSEUDO = new Set(['authority', 'method', 'path', 'protocol', 'scheme', 'status'])
const constants = new Proxy(
  {},
  {
    get(_, name) {
      if (typeof name !== 'string' || !name.startsWith('HTTP2_HEADER_')) return undefined
      const header = name.slice('HTTP2_HEADER_'.length).toLowerCase().replaceAll('_', '-')
      return PSEUDO.has(header) ? `:${header}` : header
    },
  },
)

module.exports = require('../unavailable.cjs')('http2', names, { constants })
