import type { ComfortKit } from './kit.ts'

/** Makes `atob` and `btoa`, of which V8's own base64 does the work. */
export function createBase64(kit: ComfortKit) {
  const CHUNK = 8192

  function invalid(message: string): Error {
    return new (kit.use('exceptions').DOMException)(message, 'InvalidCharacterError')
  }

  return {
    atob: function atob(encoded: unknown): string {
      if (arguments.length === 0) throw new TypeError('The "data" argument must be specified')
      let bytes
      try {
        bytes = Uint8Array.fromBase64(String(encoded))
      } catch {
        throw invalid('The string to be decoded is not correctly encoded.')
      }
      let text = ''
      for (let at = 0; at < bytes.length; at += CHUNK)
        text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
      return text
    },
    btoa: function btoa(data: unknown): string {
      if (arguments.length === 0) throw new TypeError('The "data" argument must be specified')
      const text = String(data)
      const bytes = new Uint8Array(text.length)
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at)
        if (code > 255) throw invalid('Invalid character')
        bytes[at] = code
      }
      return bytes.toBase64()
    },
  }
}
