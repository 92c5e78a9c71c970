'use strict'

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

const isIPv4 = (text) => V4.test(text)
const isIPv6 = (text) => String(text).includes(':') && URL.canParse(`http://[${text}]/`)

module.exports = require('../unavailable.cjs')(
  'net',
  'BlockList Server Socket SocketAddress Stream connect createConnection createServer',
  { isIP: (text) => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0), isIPv4, isIPv6 },
)
