'use strict'

// Each part of the package is run when it is used: all of it together takes milliseconds.
const parts = () => require('crypto-browserify')

const {
  KeyObject,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  unwrapped,
} = require('../crypto-keys.cjs')

const crypto = {
  createHash: (algorithm) => require('create-hash/browser')(nameOf(algorithm)),
  createHmac: (algorithm, key) => require('create-hmac/browser')(nameOf(algorithm), unwrapped(key)),
  KeyObject,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  createSign: (algorithm) => withKeys(parts().createSign(algorithm), 'sign'),
  createVerify: (algorithm) => withKeys(parts().createVerify(algorithm), 'verify'),
  hash: (algorithm, data, encoding = 'hex') => crypto.createHash(algorithm).update(data).digest(encoding),
  getHashes: () => ['md5', 'rmd160', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
  randomUUID: () => globalThis.crypto.randomUUID(),
  getRandomValues: (array) => globalThis.crypto.getRandomValues(array),
  timingSafeEqual(a, b) {
    const [one, other] = [a, b].map(bytesOf)
    if (one.length !== other.length) throw new RangeError('Input buffers must have the same byte length')
    let difference = 0
    for (let index = 0; index < one.length; index++) difference |= one[index] ^ other[index]
    return difference === 0
  },
  randomInt(...args) {
    const callback = typeof args.at(-1) === 'function' ? args.pop() : undefined
    const [min, max] = args.length > 1 ? args : [0, ...args]
    const value = intBetween(min, max)
    if (callback === undefined) return value
    setImmediate(() => callback(null, value))
  },
  get webcrypto() {
    return globalThis.crypto
  },
}

const LAZY = `Cipher Cipheriv Decipher Decipheriv DiffieHellman DiffieHellmanGroup Hash Hmac Sign Verify constants
  createCipher createCipheriv createCredentials createDecipher createDecipheriv createDiffieHellman
  createDiffieHellmanGroup createECDH getCiphers getDiffieHellman pbkdf2 pbkdf2Sync
  privateDecrypt privateEncrypt pseudoRandomBytes publicDecrypt publicEncrypt randomFill randomFillSync`

for (const name of LAZY.split(/\s+/))
  Object.defineProperty(crypto, name, { get: () => parts()[name], enumerable: true, configurable: true })

Object.defineProperty(crypto, 'randomBytes', {
  get: () => require('randombytes'),
  enumerable: true,
  configurable: true,
})

module.exports = crypto

function withKeys(signer, method) {
  const call = signer[method]
  signer[method] = (key, ...rest) => Reflect.apply(call, signer, [unwrapped(key), ...rest])
  return signer
}

function nameOf(algorithm) {
  return String(algorithm)
    .toLowerCase()
    .replace(/^sha-(?=\d)/, 'sha')
}

function bytesOf(data) {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  if (!ArrayBuffer.isView(data))
    throw new TypeError('Expected an ArrayBuffer, a Buffer, a typed array or a DataView')
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** Without bias: numbers above the last whole multiple of the range are drawn again. */
function intBetween(min, max) {
  const range = max - min
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || range <= 0 || range > 2 ** 48)
    throw new RangeError('Expected two whole numbers, the first smaller, not further apart than 2 ** 48')
  const limit = 2 ** 48 - (2 ** 48 % range)
  for (;;) {
    const [high, low] = globalThis.crypto.getRandomValues(new Uint32Array(2))
    const drawn = (high >>> 16) * 2 ** 32 + low
    if (drawn < limit) return min + (drawn % range)
  }
}
