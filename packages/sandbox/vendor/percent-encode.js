const encoder = new TextEncoder()

/** Stands in for `@exodus/bytes/whatwg.js` in whatwg-url, which asks for no encoding but UTF-8. */
export function percentEncodeAfterEncoding(encoding, text, percentEncodeSet) {
  let encoded = ''
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte)
    encoded +=
      byte < 0x20 || byte > 0x7e || percentEncodeSet.includes(character)
        ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
        : character
  }
  return encoded
}
