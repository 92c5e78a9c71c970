'use strict'

const { Buffer } = require('buffer')

/** A key as libraries for tokens make it: what it was made of, and its kind. */
class KeyObject {
  #key

  constructor(type, key, details = {}) {
    this.#key = key
    this.type = type
    Object.assign(this, details)
  }

  static keyOf(value) {
    return #key in Object(value) ? value.#key : value
  }

  export() {
    return this.#key
  }

  equals(other) {
    return other?.type === this.type && Buffer.from(this.#key).equals(Buffer.from(other.export()))
  }
}

const isPem = (text) => /^\s*-----BEGIN [A-Z ]+-----/.test(text)

function asymmetric(type, marks, input) {
  const key = KeyObject.keyOf(input?.key ?? input)
  const text = typeof key === 'string' ? key : Buffer.from(key).toString()
  if (!isPem(text) || !marks.test(text)) throw new TypeError(`Expected a ${type} key in the PEM format`)
  const { type: algorithm } = require('parse-asn1')(text)
  return new KeyObject(type, text, { asymmetricKeyType: algorithm })
}

exports.KeyObject = KeyObject
exports.unwrapped = (key) => KeyObject.keyOf(key?.key === undefined ? key : key.key)
exports.createPrivateKey = (key) => asymmetric('private', /PRIVATE KEY/, key)
exports.createPublicKey = (key) => asymmetric('public', /PUBLIC KEY|CERTIFICATE/, key)
exports.createSecretKey = (key, encoding) => {
  const bytes = typeof key === 'string' ? Buffer.from(key, encoding) : Buffer.from(key)
  return new KeyObject('secret', bytes, { symmetricKeySize: bytes.length })
}
