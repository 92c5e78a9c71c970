import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Functions that Intl binds: compare, format and the segment iterators',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const made = [new Intl.Collator().compare, new Intl.NumberFormat().format, new Intl.DateTimeFormat().format, new Intl.DateTimeFormat().formatToParts(), new Intl.Segmenter().segment('ab')[Symbol.iterator](), new Intl.NumberFormat().resolvedOptions(), Intl.supportedValuesOf('unit')]
      return [made.length, secretFrom(...made, ...made.map(Object.getPrototypeOf))]
    }`,
  expected: { status: 'succeeded', value: [7, null] },
}
