import { expect, it } from 'vitest'
import { requireNode } from './node-version.ts'

it('a Node.js that is too old is refused by name', () => {
  expect(() => requireNode('20.20.2')).toThrow(
    expect.objectContaining({
      code: 'NODE_TOO_OLD',
      message: 'This is Node.js 20.20.2, isolated-runtime needs 26 or newer',
    }),
  )
})

it('this Node.js is new enough', () => {
  expect(requireNode()).toBeUndefined()
})
