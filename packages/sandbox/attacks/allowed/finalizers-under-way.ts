import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'What a finalizer is given, and the registry behind the registry',
  reference: 'https://github.com/tc39/proposal-weakrefs',
  code: `
    const { secretFrom } = require('./secret-from.js')
    class Own extends FinalizationRegistry {}
    exports.main = async () => {
      const got = []
      const registry = new Own(function (...args) { got.push(this, ...args) })
      registry.register({}, 'held')
      const weak = new WeakRef({})
      for (let round = 0; round < 200 && got.length === 0; round++) {
        for (let index = 0; index < 20; index++) new Array(1e5).fill({})
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      const chain = [FinalizationRegistry.prototype.constructor === FinalizationRegistry, Object.getPrototypeOf(FinalizationRegistry) === Function.prototype, new Own(() => {}) instanceof FinalizationRegistry, FinalizationRegistry.length, FinalizationRegistry.name, String(registry)]
      const errors = []
      for (const act of [() => FinalizationRegistry(() => {}), () => new FinalizationRegistry(), () => Reflect.construct(FinalizationRegistry, [1])]) try { act() } catch (error) { errors.push(error) }
      return [got.at(-1), chain, errors.map((error) => error.name), secretFrom(registry, weak, weak.deref(), ...got, ...errors)]
    }`,
  limits: { timeoutMs: 10_000 },
  expected: {
    status: 'succeeded',
    value: [
      'held',
      [true, true, true, 1, 'FinalizationRegistry', '[object FinalizationRegistry]'],
      ['TypeError', 'TypeError', 'TypeError'],
      null,
    ],
  },
}
