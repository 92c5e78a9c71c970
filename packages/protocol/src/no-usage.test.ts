import { expect, it } from 'vitest'
import { NO_USAGE } from './no-usage.ts'
import { usageSchema } from './usage.ts'

it('is what the schema of usage gives where nothing is said', () => {
  expect(NO_USAGE).toEqual(usageSchema.parse({}))
})
