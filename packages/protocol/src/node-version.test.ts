import { expect, it } from 'vitest'
import { MIN_CLIENT_NODE, requireNode } from './node-version.ts'

it.each([
  ['26.0', '20.20.2'],
  ['22.15', '22.14.0'],
  ['22.15', '21.99.0'],
])('where %s is needed, Node.js %s is refused by name', (needed, version) => {
  expect(() => requireNode(needed, version)).toThrow(
    expect.objectContaining({
      code: 'NODE_TOO_OLD',
      message: `This is Node.js ${version}, isolated-runtime needs ${needed} or newer`,
    }),
  )
})

it.each(['22.15.0', '22.23.5', '23.0.0', '26.10.0'])('a client may run on Node.js %s', (version) => {
  expect(requireNode(MIN_CLIENT_NODE, version)).toBeUndefined()
})

it('this Node.js is new enough for guests', () => {
  expect(requireNode()).toBeUndefined()
})
