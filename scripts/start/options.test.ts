import { expect, test } from 'vitest'
import { parseOptions } from './options.ts'

test('parseOptions() stays up by default', () => {
  expect(parseOptions([])).toEqual({ once: false, help: false })
  expect(parseOptions(['--once'])).toEqual({ once: true, help: false })
})

test('parseOptions() refuses what it does not know', () => {
  expect(() => parseOptions(['--twice'])).toThrow("Unknown option '--twice'")
})
