import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'What WebAssembly makes and throws, also on a full stack',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 17',
  code: `
    const { secretFrom } = require('./secret-from.js')
    // (module (import "m" "f" (func $f)) (func (export "spin") (call $f)))
    const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 109, 1, 102, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 115, 112, 105, 110, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11])
    exports.main = async () => {
      const caught = []
      const { module, instance } = await WebAssembly.instantiate(bytes, { m: { f: () => instance2.exports.spin() } })
      const instance2 = await WebAssembly.instantiate(module, { m: { f: () => { require('./none') } } })
      for (const act of [() => instance.exports.spin(), () => new WebAssembly.Module(new Uint8Array(4)), () => new WebAssembly.Instance(module, {}), () => new WebAssembly.Memory({ initial: 1e9 })])
        try { caught.push(act()) } catch (error) { caught.push(error) }
      const deep = new WebAssembly.Instance(module, { m: { f: () => deep.exports.spin() } })
      try { deep.exports.spin() } catch (error) { caught.push(error) }
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true })
      const made = [module, instance, instance.exports.spin, memory, memory.buffer, new WebAssembly.Tag({ parameters: ['externref'] }), WebAssembly.JSTag]
      await WebAssembly.compile(new Uint8Array(1)).catch((error) => caught.push(error))
      return [caught.map((error) => error.name), caught.every((error) => error instanceof Error), Object.keys(WebAssembly).filter((name) => /stream|promis|suspend/i.test(name)), secretFrom(...caught, ...made)]
    }`,
  expected: {
    status: 'succeeded',
    value: [
      ['Error', 'CompileError', 'TypeError', 'RangeError', 'RangeError', 'CompileError'],
      true,
      [],
      null,
    ],
  },
}
