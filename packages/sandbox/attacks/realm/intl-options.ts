import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Options of Intl whose getters are the attack',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      const options = new Proxy({}, { get: (target, key, receiver) => { seen.push(target, receiver); return undefined }, ownKeys() { throw new TypeError('mine') } })
      const made = []
      for (const name of ['Collator', 'DateTimeFormat', 'NumberFormat', 'PluralRules', 'ListFormat', 'RelativeTimeFormat', 'Segmenter', 'DisplayNames', 'Locale', 'DurationFormat'])
        for (const locale of ['en', new Proxy(['en'], {}), { get length() { throw seen } }, 'x-invalid-_', Symbol()])
          try { made.push(new Intl[name](locale, options)) } catch (error) { made.push(error) }
      return [made.length, secretFrom(...made, ...seen)]
    }`,
  expected: { status: 'succeeded', value: [50, null] },
}
