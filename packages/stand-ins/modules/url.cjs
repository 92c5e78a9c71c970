'use strict'

const url = require('url/')

module.exports = {
  ...url,
  URL,
  URLSearchParams,
  fileURLToPath(address) {
    const { protocol, pathname } = new URL(address)
    if (protocol !== 'file:') throw new TypeError('The URL must be of scheme file')
    return decodeURIComponent(pathname)
  },
  pathToFileURL(path) {
    const address = new URL('file:///')
    address.pathname = path.replaceAll('%', '%25')
    return address
  },
  domainToASCII: (domain) => new URL(`http://${domain}`).hostname,
}
