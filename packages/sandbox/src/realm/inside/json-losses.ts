import type { Pristine } from './pristine.ts'

/**
 * Makes what tells why JSON cannot carry an object that is neither plain nor an array: `JSON.stringify` would make `{}` of
 * it, or leave out what matters. What holds data as properties of its own, such as most instances of classes, is carried.
 */
export function createJsonLosses(pristine: Pristine): (object: object) => string | undefined {
  const { getPrototypeOf, global, isError, keys } = pristine
  const MAX_PROTOTYPES = 64

  function prototypeOf(name: string): object | undefined {
    return (global as unknown as Record<string, { readonly prototype: object } | undefined>)[name]?.prototype
  }

  const bytes = 'return new Uint8Array(buffer).toBase64()'
  const LOSSES: readonly (readonly [prototype: object | undefined, reason: string])[] = [
    [prototypeOf('Map'), 'is a Map: return [...map] or Object.fromEntries(map)'],
    [prototypeOf('Set'), 'is a Set: return [...set]'],
    [prototypeOf('WeakMap'), 'is a WeakMap'],
    [prototypeOf('WeakSet'), 'is a WeakSet'],
    [prototypeOf('WeakRef'), 'is a WeakRef'],
    [prototypeOf('Promise'), 'is a promise: await it'],
    [prototypeOf('Error'), 'is an Error: return its message, or throw it'],
    [prototypeOf('RegExp'), 'is a RegExp: return String(regexp)'],
    [prototypeOf('ArrayBuffer'), `is an ArrayBuffer: ${bytes}`],
    [prototypeOf('SharedArrayBuffer'), `is a SharedArrayBuffer: ${bytes}`],
    [prototypeOf('DataView'), 'is a DataView: return what it reads'],
    [prototypeOf('Symbol'), 'is a symbol'],
    [prototypeOf('Iterator'), 'is an iterator: return [...iterator]'],
    [
      getPrototypeOf(getPrototypeOf(async function* () {}.prototype) as object) as object,
      'is an async iterator: return await Array.fromAsync(iterator)',
    ],
  ]
  const typedArrayPrototype: unknown = getPrototypeOf(prototypeOf('Uint8Array'))
  /** Objects in a list are often of one class. */
  let lastCarried: unknown

  function knownLoss(first: unknown): string | undefined {
    let prototype = first
    for (let steps = 0; steps < MAX_PROTOTYPES && prototype !== null; steps++) {
      if (prototype === typedArrayPrototype) return ''
      for (let index = 0; index < LOSSES.length; index++) {
        const [loses, reason] = LOSSES[index] as (typeof LOSSES)[number]
        if (prototype === loses) return reason
      }
      prototype = getPrototypeOf(prototype)
    }
    return undefined
  }

  function nameOf(object: object): string {
    try {
      const { name } = (object as { constructor: { name?: unknown } }).constructor
      if (typeof name === 'string' && name !== '' && name !== 'Object') return `an instance of ${name}`
    } catch {
      // Its class has no name then.
    }
    return 'an object'
  }

  return function reasonOf(object) {
    const prototype: unknown = getPrototypeOf(object)
    if (prototype !== lastCarried) {
      const loss = knownLoss(prototype)
      // A typed array is carried, if as an object, and an empty one is no loss.
      if (loss === '') return undefined
      if (loss !== undefined) return loss
      if (isError(object)) return 'is an Error: return its message, or throw it'
      if (typeof (object as { then?: unknown }).then === 'function') return 'is a promise: await it'
    }
    if (keys(object).length > 0) {
      lastCarried = prototype
      return undefined
    }
    const text = nameOf(object)
    return `is ${text} without properties of its own: give its class a toJSON, or return plain data`
  }
}
