import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A global left for the run that comes after',
  reference: 'https://github.com/temporalio/sdk-typescript/issues/1355',
  code: `
    () => {
      leftover = 1
      Reflect.defineProperty(globalThis, 'left', { value: 1 })
      Date.now = () => 0
      Symbol.for('left').description
      return [typeof leftover, typeof left, Date.now() > 0]
    }`,
  expected: { status: 'succeeded', value: ['undefined', 'undefined', true] },
}
