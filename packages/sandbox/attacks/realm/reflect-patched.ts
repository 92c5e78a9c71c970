import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Reflect and the static methods of Object patched',
  reference: 'https://agoric.com/blog/technology/realms-shim-security-updates/',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    const { ownKeys } = Reflect
    for (const holder of [Object, Array, String, Reflect])
      for (const key of ownKeys(holder))
        if (typeof holder[key] === 'function' && key !== 'prototype') try { holder[key] = (...args) => { seen[seen.length] = args } } catch {}
    exports.main = async () => {
      try { console.log('x', { a: 1 }) } catch (error) { seen[seen.length] = error }
      try { require('./none') } catch {}
      await import('x').catch((error) => error.stack)
      return secretFrom(...seen)
    }`,
  expected: { status: 'succeeded', value: null },
}
