import { expect, it } from 'vitest'
import { ReleaseStack } from './release-stack.ts'

it('releases in reverse order, once', async () => {
  const released: string[] = []
  const stack = new ReleaseStack()
  stack.defer(() => released.push('first'))
  stack.use({ [Symbol.asyncDispose]: async () => void released.push('second') })
  await stack[Symbol.asyncDispose]()
  await stack[Symbol.asyncDispose]()
  expect(released).toEqual(['second', 'first'])
})

it('releases nothing of what was moved', async () => {
  const released: string[] = []
  const stack = new ReleaseStack()
  stack.defer(() => released.push('moved'))
  const moved = stack.move()
  await stack[Symbol.asyncDispose]()
  expect(released).toEqual([])
  await moved[Symbol.asyncDispose]()
  expect(released).toEqual(['moved'])
})

it('goes on after an error, and throws it at the end', async () => {
  const released: string[] = []
  const stack = new ReleaseStack()
  stack.defer(() => released.push('first'))
  stack.defer(() => {
    throw new Error('cannot be released')
  })
  await expect(stack[Symbol.asyncDispose]()).rejects.toThrow('cannot be released')
  expect(released).toEqual(['first'])
})
