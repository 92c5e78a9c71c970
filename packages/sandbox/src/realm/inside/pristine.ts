/**
 * Takes the builtins that the inside needs before any guest code can patch them.
 *
 * This function, like all in this folder, is not called here: its text is run inside every new realm. It may use its
 * parameters and the realm's own globals, nothing else.
 */
export function takePristine() {
  return {
    // A null prototype, so that nothing patched onto Object.prototype is ever seen through this object.
    __proto__: null,
    global: globalThis,
    apply: Reflect.apply,
    defineProperty: Object.defineProperty,
    tryDefineProperty: Reflect.defineProperty,
    deleteProperty: Reflect.deleteProperty,
    descriptorOf: Object.getOwnPropertyDescriptor,
    dateNow: Date.now,
    exec: RegExp.prototype.exec,
    freeze: Object.freeze,
    getPrototypeOf: Object.getPrototypeOf,
    setPrototypeOf: Object.setPrototypeOf,
    hasOwn: Object.hasOwn,
    is: Object.is,
    isExtensible: Object.isExtensible,
    trySetPrototypeOf: Reflect.setPrototypeOf,
    ownKeys: Reflect.ownKeys,
    isArray: Array.isArray,
    keys: Object.keys,
    isRawJSON: (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON,
    datePrototype: Date.prototype,
    boxes: [Number, String, Boolean, BigInt].map(({ prototype }) => ({
      prototype,
      valueOf: prototype.valueOf,
    })),
    Set,
    setAdd: Set.prototype.add,
    setDelete: Set.prototype.delete,
    setHas: Set.prototype.has,
    parse: JSON.parse,
    stringify: JSON.stringify,
    String,
    Promise,
    then: Promise.prototype.then,
    withResolvers: Promise.withResolvers,
    Error,
    RangeError,
    TypeError,
    SyntaxError,
    errorPrototype: Error.prototype,
    suppressedErrorPrototype: SuppressedError.prototype,
    errorPrototypes: [
      Error,
      AggregateError,
      EvalError,
      RangeError,
      ReferenceError,
      SuppressedError,
      SyntaxError,
      TypeError,
      URIError,
    ].map(({ prototype }) => prototype),
    isError: Error.isError,
    errorToString: Error.prototype.toString,
    regExpPrototype: RegExp.prototype,
    objectPrototype: Object.prototype,
    functionPrototype: Function.prototype,
    slice: String.prototype.slice,
    lastIndexOf: String.prototype.lastIndexOf,
    startsWith: String.prototype.startsWith,
    endsWith: String.prototype.endsWith,
    split: String.prototype.split,
    indexOf: String.prototype.indexOf,
  }
}

export type Pristine = ReturnType<typeof takePristine>
