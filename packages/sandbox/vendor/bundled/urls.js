// Made by "npm run vendor" of urls.entry.js. See ../../NOTICE for whose work it is.
(function (TextEncoder, TextDecoder, loadInternationalDomains) {
const globalThis = {}
class SharedArrayBuffer {
  get byteLength() { throw new TypeError('There is no shared memory') }
  get growable() { throw new TypeError('There is no shared memory') }
}
"use strict";
var library = (() => {
  var __create = Object.create;
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __getProtoOf = Object.getPrototypeOf;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __esm = (fn, res, err) => function __init() {
    if (err) throw err[0];
    try {
      return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
    } catch (e) {
      throw err = [e], e;
    }
  };
  var __commonJS = (cb, mod) => function __require() {
    try {
      return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
    } catch (e) {
      throw mod = 0, e;
    }
  };
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key) && key !== except)
          __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    }
    return to;
  };
  var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
    // If the importer is in node compatibility mode or this is not an ESM
    // file that has been converted to a CommonJS file using a Babel-
    // compatible transform (i.e. "__esModule" has not been set), then set
    // "default" to the CommonJS "module.exports" for node compatibility.
    isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
    mod
  ));
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

  // ../../../node_modules/webidl-conversions/lib/index.js
  var require_lib = __commonJS({
    "../../../node_modules/webidl-conversions/lib/index.js"(exports) {
      "use strict";
      function makeException(ErrorType, message, options) {
        if (options.globals) {
          ErrorType = options.globals[ErrorType.name];
        }
        return new ErrorType(`${options.context ? options.context : "Value"} ${message}.`);
      }
      function toNumber(value, options) {
        if (typeof value === "bigint") {
          throw makeException(TypeError, "is a BigInt which cannot be converted to a number", options);
        }
        if (!options.globals) {
          return Number(value);
        }
        return options.globals.Number(value);
      }
      function evenRound(x) {
        if (x > 0 && x % 1 === 0.5 && (x & 1) === 0 || x < 0 && x % 1 === -0.5 && (x & 1) === 1) {
          return censorNegativeZero(Math.floor(x));
        }
        return censorNegativeZero(Math.round(x));
      }
      function integerPart(n) {
        return censorNegativeZero(Math.trunc(n));
      }
      function sign(x) {
        return x < 0 ? -1 : 1;
      }
      function modulo(x, y) {
        const signMightNotMatch = x % y;
        if (sign(y) !== sign(signMightNotMatch)) {
          return signMightNotMatch + y;
        }
        return signMightNotMatch;
      }
      function censorNegativeZero(x) {
        return x === 0 ? 0 : x;
      }
      function createIntegerConversion(bitLength, { unsigned }) {
        let lowerBound, upperBound;
        if (unsigned) {
          lowerBound = 0;
          upperBound = 2 ** bitLength - 1;
        } else {
          lowerBound = -(2 ** (bitLength - 1));
          upperBound = 2 ** (bitLength - 1) - 1;
        }
        const twoToTheBitLength = 2 ** bitLength;
        const twoToOneLessThanTheBitLength = 2 ** (bitLength - 1);
        return (value, options = {}) => {
          let x = toNumber(value, options);
          x = censorNegativeZero(x);
          if (options.enforceRange) {
            if (!Number.isFinite(x)) {
              throw makeException(TypeError, "is not a finite number", options);
            }
            x = integerPart(x);
            if (x < lowerBound || x > upperBound) {
              throw makeException(
                TypeError,
                `is outside the accepted range of ${lowerBound} to ${upperBound}, inclusive`,
                options
              );
            }
            return x;
          }
          if (!Number.isNaN(x) && options.clamp) {
            x = Math.min(Math.max(x, lowerBound), upperBound);
            x = evenRound(x);
            return x;
          }
          if (!Number.isFinite(x) || x === 0) {
            return 0;
          }
          x = integerPart(x);
          if (x >= lowerBound && x <= upperBound) {
            return x;
          }
          x = modulo(x, twoToTheBitLength);
          if (!unsigned && x >= twoToOneLessThanTheBitLength) {
            return x - twoToTheBitLength;
          }
          return x;
        };
      }
      function createLongLongConversion(bitLength, { unsigned }) {
        const upperBound = Number.MAX_SAFE_INTEGER;
        const lowerBound = unsigned ? 0 : Number.MIN_SAFE_INTEGER;
        const asBigIntN = unsigned ? BigInt.asUintN : BigInt.asIntN;
        return (value, options = {}) => {
          let x = toNumber(value, options);
          x = censorNegativeZero(x);
          if (options.enforceRange) {
            if (!Number.isFinite(x)) {
              throw makeException(TypeError, "is not a finite number", options);
            }
            x = integerPart(x);
            if (x < lowerBound || x > upperBound) {
              throw makeException(
                TypeError,
                `is outside the accepted range of ${lowerBound} to ${upperBound}, inclusive`,
                options
              );
            }
            return x;
          }
          if (!Number.isNaN(x) && options.clamp) {
            x = Math.min(Math.max(x, lowerBound), upperBound);
            x = evenRound(x);
            return x;
          }
          if (!Number.isFinite(x) || x === 0) {
            return 0;
          }
          let xBigInt = BigInt(integerPart(x));
          xBigInt = asBigIntN(bitLength, xBigInt);
          return Number(xBigInt);
        };
      }
      exports.any = (value) => {
        return value;
      };
      exports.undefined = () => {
        return void 0;
      };
      exports.boolean = (value) => {
        return Boolean(value);
      };
      exports.byte = createIntegerConversion(8, { unsigned: false });
      exports.octet = createIntegerConversion(8, { unsigned: true });
      exports.short = createIntegerConversion(16, { unsigned: false });
      exports["unsigned short"] = createIntegerConversion(16, { unsigned: true });
      exports.long = createIntegerConversion(32, { unsigned: false });
      exports["unsigned long"] = createIntegerConversion(32, { unsigned: true });
      exports["long long"] = createLongLongConversion(64, { unsigned: false });
      exports["unsigned long long"] = createLongLongConversion(64, { unsigned: true });
      exports.double = (value, options = {}) => {
        const x = toNumber(value, options);
        if (!Number.isFinite(x)) {
          throw makeException(TypeError, "is not a finite floating-point value", options);
        }
        return x;
      };
      exports["unrestricted double"] = (value, options = {}) => {
        const x = toNumber(value, options);
        return x;
      };
      exports.float = (value, options = {}) => {
        const x = toNumber(value, options);
        if (!Number.isFinite(x)) {
          throw makeException(TypeError, "is not a finite floating-point value", options);
        }
        if (Object.is(x, -0)) {
          return x;
        }
        const y = Math.fround(x);
        if (!Number.isFinite(y)) {
          throw makeException(TypeError, "is outside the range of a single-precision floating-point value", options);
        }
        return y;
      };
      exports["unrestricted float"] = (value, options = {}) => {
        const x = toNumber(value, options);
        if (isNaN(x)) {
          return x;
        }
        if (Object.is(x, -0)) {
          return x;
        }
        return Math.fround(x);
      };
      exports.DOMString = (value, options = {}) => {
        if (options.treatNullAsEmptyString && value === null) {
          return "";
        }
        if (typeof value === "symbol") {
          throw makeException(TypeError, "is a symbol, which cannot be converted to a string", options);
        }
        const StringCtor = options.globals ? options.globals.String : String;
        return StringCtor(value);
      };
      exports.ByteString = (value, options = {}) => {
        const x = exports.DOMString(value, options);
        if (/[^\x00-\xFF]/.test(x)) {
          throw makeException(TypeError, "is not a valid ByteString", options);
        }
        return x;
      };
      exports.USVString = (value, options = {}) => {
        return exports.DOMString(value, options).toWellFormed();
      };
      exports.object = (value, options = {}) => {
        if (value === null || typeof value !== "object" && typeof value !== "function") {
          throw makeException(TypeError, "is not an object", options);
        }
        return value;
      };
      var abByteLengthGetter = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;
      var sabByteLengthGetter = Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, "byteLength").get;
      function isNonSharedArrayBuffer(value) {
        try {
          abByteLengthGetter.call(value);
          return true;
        } catch {
          return false;
        }
      }
      function isSharedArrayBuffer(value) {
        try {
          sabByteLengthGetter.call(value);
          return true;
        } catch {
          return false;
        }
      }
      var abResizableGetter = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "resizable").get;
      var sabGrowableGetter = Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, "growable").get;
      function isNonSharedArrayBufferResizable(value) {
        try {
          return abResizableGetter.call(value);
        } catch {
          return false;
        }
      }
      function isSharedArrayBufferGrowable(value) {
        try {
          return sabGrowableGetter.call(value);
        } catch {
          return false;
        }
      }
      function isArrayBufferDetached(value) {
        try {
          new Uint8Array(value);
          return false;
        } catch {
          return true;
        }
      }
      exports.ArrayBuffer = (value, options = {}) => {
        if (!isNonSharedArrayBuffer(value)) {
          throw makeException(TypeError, "is not an ArrayBuffer", options);
        }
        if (!options.allowResizable && isNonSharedArrayBufferResizable(value)) {
          throw makeException(TypeError, "is a resizable ArrayBuffer", options);
        }
        if (isArrayBufferDetached(value)) {
          throw makeException(TypeError, "is a detached ArrayBuffer", options);
        }
        return value;
      };
      exports.SharedArrayBuffer = (value, options = {}) => {
        if (!isSharedArrayBuffer(value)) {
          throw makeException(TypeError, "is not a SharedArrayBuffer", options);
        }
        if (!options.allowResizable && isSharedArrayBufferGrowable(value)) {
          throw makeException(TypeError, "is a growable SharedArrayBuffer", options);
        }
        return value;
      };
      var dvByteLengthGetter = Object.getOwnPropertyDescriptor(DataView.prototype, "byteLength").get;
      exports.DataView = (value, options = {}) => {
        try {
          dvByteLengthGetter.call(value);
        } catch {
          throw makeException(TypeError, "is not a DataView", options);
        }
        return exports.ArrayBufferView(value, options);
      };
      var typedArrayNameGetter = Object.getOwnPropertyDescriptor(
        Object.getPrototypeOf(Uint8Array).prototype,
        Symbol.toStringTag
      ).get;
      [
        Int8Array,
        Int16Array,
        Int32Array,
        Uint8Array,
        Uint16Array,
        Uint32Array,
        Uint8ClampedArray,
        Float32Array,
        Float64Array
      ].forEach((func) => {
        const { name } = func;
        const article = /^[AEIOU]/u.test(name) ? "an" : "a";
        exports[name] = (value, options = {}) => {
          if (!ArrayBuffer.isView(value) || typedArrayNameGetter.call(value) !== name) {
            throw makeException(TypeError, `is not ${article} ${name} object`, options);
          }
          return exports.ArrayBufferView(value, options);
        };
      });
      exports.ArrayBufferView = (value, options = {}) => {
        if (!ArrayBuffer.isView(value)) {
          throw makeException(TypeError, "is not a view on an ArrayBuffer or SharedArrayBuffer", options);
        }
        if (!options.allowShared && isSharedArrayBuffer(value.buffer)) {
          throw makeException(TypeError, "is a view on a SharedArrayBuffer, which is not allowed", options);
        }
        if (!options.allowResizable) {
          if (isNonSharedArrayBufferResizable(value.buffer)) {
            throw makeException(TypeError, "is a view on a resizable ArrayBuffer, which is not allowed", options);
          } else if (isSharedArrayBufferGrowable(value.buffer)) {
            throw makeException(TypeError, "is a view on a growable SharedArrayBuffer, which is not allowed", options);
          }
        }
        if (isArrayBufferDetached(value.buffer)) {
          throw makeException(TypeError, "is a view on a detached ArrayBuffer", options);
        }
        return value;
      };
      exports.BufferSource = (value, options = {}) => {
        if (ArrayBuffer.isView(value)) {
          return exports.ArrayBufferView(value, options);
        }
        if (isNonSharedArrayBuffer(value)) {
          return exports.ArrayBuffer(value, options);
        } else if (options.allowShared && isSharedArrayBuffer(value)) {
          return exports.SharedArrayBuffer(value, options);
        }
        if (options.allowShared) {
          throw makeException(TypeError, "is not an ArrayBuffer, SharedArrayBuffer, or a view on one", options);
        } else {
          throw makeException(TypeError, "is not an ArrayBuffer or a view on one", options);
        }
      };
      exports.DOMTimeStamp = exports["unsigned long long"];
    }
  });

  // ../../../node_modules/whatwg-url/lib/utils.js
  var require_utils = __commonJS({
    "../../../node_modules/whatwg-url/lib/utils.js"(exports, module) {
      "use strict";
      function isObject(value) {
        return typeof value === "object" && value !== null || typeof value === "function";
      }
      var call = Function.call.bind(Function.call);
      function define(target, source) {
        for (const key of Reflect.ownKeys(source)) {
          const descriptor = Reflect.getOwnPropertyDescriptor(source, key);
          if (descriptor && !Reflect.defineProperty(target, key, descriptor)) {
            throw new TypeError(`Cannot redefine property: ${String(key)}`);
          }
        }
      }
      function newObjectInRealm(globalObject, object) {
        const ctorRegistry = initCtorRegistry(globalObject);
        return Object.defineProperties(
          Object.create(ctorRegistry["%Object.prototype%"]),
          Object.getOwnPropertyDescriptors(object)
        );
      }
      var wrapperSymbol = /* @__PURE__ */ Symbol("wrapper");
      var sameObjectCaches = /* @__PURE__ */ Symbol("SameObject caches");
      var ctorRegistrySymbol = /* @__PURE__ */ Symbol.for("[webidl2js] constructor registry");
      var AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {
      }).prototype);
      function initCtorRegistry(globalObject) {
        if (Object.hasOwn(globalObject, ctorRegistrySymbol)) {
          return globalObject[ctorRegistrySymbol];
        }
        const ctorRegistry = /* @__PURE__ */ Object.create(null);
        ctorRegistry["%Object.prototype%"] = globalObject.Object.prototype;
        ctorRegistry["%IteratorPrototype%"] = Object.getPrototypeOf(
          Object.getPrototypeOf(new globalObject.Array()[Symbol.iterator]())
        );
        try {
          ctorRegistry["%AsyncIteratorPrototype%"] = Object.getPrototypeOf(
            Object.getPrototypeOf(
              globalObject.eval("(async function* () {})").prototype
            )
          );
        } catch {
          ctorRegistry["%AsyncIteratorPrototype%"] = AsyncIteratorPrototype;
        }
        globalObject[ctorRegistrySymbol] = ctorRegistry;
        return ctorRegistry;
      }
      function getSameObject(wrapper, prop, creator) {
        if (!wrapper[sameObjectCaches]) {
          wrapper[sameObjectCaches] = /* @__PURE__ */ Object.create(null);
        }
        if (prop in wrapper[sameObjectCaches]) {
          return wrapper[sameObjectCaches][prop];
        }
        wrapper[sameObjectCaches][prop] = creator();
        return wrapper[sameObjectCaches][prop];
      }
      function createInterfaceDescriptor(getParent) {
        const descriptor = {
          get inclusiveInheritedInterfaces() {
            const interfaces = getParent ? [...getParent().inclusiveInheritedInterfaces, descriptor] : [descriptor];
            Object.defineProperties(descriptor, {
              inclusiveInheritedInterfaces: { value: interfaces },
              inheritanceDepth: { value: interfaces.length - 1 }
            });
            return interfaces;
          },
          get inheritanceDepth() {
            return descriptor.inclusiveInheritedInterfaces.length - 1;
          }
        };
        return descriptor;
      }
      var ReturnValue = class {
        constructor(value) {
          return value;
        }
      };
      var WrapperData = class _WrapperData extends ReturnValue {
        #impl;
        #interfaceDescriptor;
        constructor(wrapper, impl, interfaceDescriptor) {
          super(wrapper);
          this.#impl = impl;
          this.#interfaceDescriptor = interfaceDescriptor;
        }
        static registerWrapper(wrapper, impl, interfaceDescriptor) {
          return new _WrapperData(wrapper, impl, interfaceDescriptor);
        }
        static implForWrapper(wrapper) {
          if (!isObject(wrapper) || !(#impl in wrapper)) {
            return null;
          }
          return wrapper.#impl;
        }
        static implForWrapperWithInterface(wrapper, interfaceDescriptor) {
          if (!isObject(wrapper) || !(#impl in wrapper)) {
            return null;
          }
          if (wrapper.#interfaceDescriptor?.inclusiveInheritedInterfaces[interfaceDescriptor.inheritanceDepth] !== interfaceDescriptor) {
            return null;
          }
          return wrapper.#impl;
        }
      };
      var { registerWrapper, implForWrapper, implForWrapperWithInterface } = WrapperData;
      function requireImplForWrapper(wrapper, interfaceDescriptor, globalObject, interfaceName, context) {
        const impl = implForWrapperWithInterface(wrapper, interfaceDescriptor);
        if (impl === null) {
          throw new globalObject.TypeError(
            `'${context}' called on an object that is not a valid instance of ${interfaceName}.`
          );
        }
        return impl;
      }
      function wrapperForImpl(impl) {
        return impl?.[wrapperSymbol] ?? null;
      }
      function tryWrapperForImpl(impl) {
        const wrapper = wrapperForImpl(impl);
        return wrapper !== null ? wrapper : impl;
      }
      function tryImplForWrapper(wrapper) {
        const impl = implForWrapper(wrapper);
        return impl !== null ? impl : wrapper;
      }
      var iterInternalSymbol = /* @__PURE__ */ Symbol("internal");
      function isArrayIndexPropName(P) {
        if (typeof P !== "string") {
          return false;
        }
        const i = P >>> 0;
        if (i === 2 ** 32 - 1) {
          return false;
        }
        const s = `${i}`;
        if (P !== s) {
          return false;
        }
        return true;
      }
      var arrayBufferByteLengthGetter = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;
      function isArrayBuffer(value) {
        try {
          arrayBufferByteLengthGetter.call(value);
          return true;
        } catch {
          return false;
        }
      }
      var sharedArrayBufferByteLengthGetter = Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, "byteLength").get;
      function isSharedArrayBuffer(value) {
        try {
          sharedArrayBufferByteLengthGetter.call(value);
          return true;
        } catch {
          return false;
        }
      }
      function iteratorResult([key, value], kind) {
        let result;
        switch (kind) {
          case "key":
            result = key;
            break;
          case "value":
            result = value;
            break;
          case "key+value":
            result = [key, value];
            break;
        }
        return { value: result, done: false };
      }
      function ordinarySetWithOwnDescriptor(target, property, value, receiver, ownDesc) {
        if (ownDesc === void 0) {
          const parent = Reflect.getPrototypeOf(target);
          if (parent !== null) {
            return Reflect.set(parent, property, value, receiver);
          }
          ownDesc = { writable: true, enumerable: true, configurable: true, value: void 0 };
        }
        if (isDataDescriptor(ownDesc)) {
          if (!ownDesc.writable) {
            return false;
          }
          if (!isObject(receiver)) {
            return false;
          }
          const existingDesc = Reflect.getOwnPropertyDescriptor(receiver, property);
          if (existingDesc !== void 0) {
            if (isAccessorDescriptor(existingDesc)) {
              return false;
            }
            if (existingDesc.writable === false) {
              return false;
            }
            const valueDesc = { value };
            return Reflect.defineProperty(receiver, property, valueDesc);
          }
          return Reflect.defineProperty(
            receiver,
            property,
            { value, writable: true, enumerable: true, configurable: true }
          );
        }
        const setter = ownDesc.set;
        if (setter === void 0) {
          return false;
        }
        call(setter, receiver, value);
        return true;
      }
      function isDataDescriptor(desc) {
        return Object.hasOwn(desc, "value") || Object.hasOwn(desc, "writable");
      }
      function isAccessorDescriptor(desc) {
        return Object.hasOwn(desc, "get") || Object.hasOwn(desc, "set");
      }
      function getMethod(value, property, errPrefix = "The provided value") {
        const func = value[property];
        if (func === void 0 || func === null) {
          return void 0;
        }
        if (typeof func !== "function") {
          throw new TypeError(`${errPrefix}'s ${property} property is not a function.`);
        }
        return func;
      }
      function createAsyncFromSyncIterator(syncIterator) {
        const syncIterable = {
          [Symbol.iterator]: () => syncIterator
        };
        const asyncIterator = (async function* () {
          return yield* syncIterable;
        })();
        return asyncIterator;
      }
      function convertAsyncSequence(object, itemConverter, errPrefix = "The provided value") {
        if (!isObject(object)) {
          throw new TypeError(`${errPrefix} is not an object.`);
        }
        let method = getMethod(object, Symbol.asyncIterator, errPrefix);
        let type = "async";
        if (method === void 0) {
          method = getMethod(object, Symbol.iterator, errPrefix);
          if (method === void 0) {
            throw new TypeError(`${errPrefix} is not an async iterable object.`);
          }
          type = "sync";
        }
        return {
          object,
          method,
          type,
          // The wrapperSymbol ensures that if the async sequence is used as a return value,
          // that it exposes the original JavaScript value.
          // https://webidl.spec.whatwg.org/#js-async-iterable
          [wrapperSymbol]: object,
          // Implement the async iterator protocol, so users can iterate
          // the async sequence directly (e.g. with for await...of)
          // instead of needing to call a separate helper function to open the async sequence.
          // https://webidl.spec.whatwg.org/#async-sequence-open
          [Symbol.asyncIterator]() {
            return openAsyncSequence(object, method, type, itemConverter, `${errPrefix}'s iterator`);
          }
        };
      }
      function openAsyncSequence(object, method, type, itemConverter, errPrefix = "The provided value") {
        let iterator = call(method, object);
        if (!isObject(iterator)) {
          throw new TypeError(`${errPrefix}'s method must return an object`);
        }
        if (type === "sync") {
          iterator = createAsyncFromSyncIterator(iterator);
        }
        const nextMethod = iterator.next;
        return {
          async next() {
            const nextResult = await call(nextMethod, iterator);
            if (!isObject(nextResult)) {
              throw new TypeError(`${errPrefix}'s next method must return an object`);
            }
            const { done, value } = nextResult;
            if (done) {
              return { done: true, value: void 0 };
            }
            return { done: false, value: itemConverter(value) };
          },
          async return(reason) {
            const returnMethod = getMethod(iterator, "return", errPrefix);
            if (returnMethod === void 0) {
              return { done: true, value: void 0 };
            }
            const returnResult = await call(returnMethod, iterator, reason);
            if (!isObject(returnResult)) {
              throw new TypeError(`${errPrefix}'s return method must return an object`);
            }
            return { done: true, value: void 0 };
          },
          [Symbol.asyncIterator]() {
            return this;
          }
        };
      }
      var supportsPropertyIndex = /* @__PURE__ */ Symbol("supports property index");
      var supportedPropertyIndices = /* @__PURE__ */ Symbol("supported property indices");
      var supportsPropertyName = /* @__PURE__ */ Symbol("supports property name");
      var supportedPropertyNames = /* @__PURE__ */ Symbol("supported property names");
      var indexedGet = /* @__PURE__ */ Symbol("indexed property get");
      var indexedSetNew = /* @__PURE__ */ Symbol("indexed property set new");
      var indexedSetExisting = /* @__PURE__ */ Symbol("indexed property set existing");
      var namedGet = /* @__PURE__ */ Symbol("named property get");
      var namedSetNew = /* @__PURE__ */ Symbol("named property set new");
      var namedSetExisting = /* @__PURE__ */ Symbol("named property set existing");
      var namedDelete = /* @__PURE__ */ Symbol("named property delete");
      var asyncIteratorNext = /* @__PURE__ */ Symbol("async iterator get the next iteration result");
      var asyncIteratorReturn = /* @__PURE__ */ Symbol("async iterator return steps");
      var asyncIteratorInit = /* @__PURE__ */ Symbol("async iterator initialization steps");
      var asyncIteratorEOI = /* @__PURE__ */ Symbol("async iterator end of iteration");
      module.exports = exports = {
        isObject,
        define,
        newObjectInRealm,
        wrapperSymbol,
        createInterfaceDescriptor,
        registerWrapper,
        getSameObject,
        ctorRegistrySymbol,
        initCtorRegistry,
        wrapperForImpl,
        implForWrapper,
        implForWrapperWithInterface,
        requireImplForWrapper,
        tryWrapperForImpl,
        tryImplForWrapper,
        iterInternalSymbol,
        isArrayBuffer,
        isSharedArrayBuffer,
        isArrayIndexPropName,
        getMethod,
        convertAsyncSequence,
        supportsPropertyIndex,
        supportedPropertyIndices,
        supportsPropertyName,
        supportedPropertyNames,
        indexedGet,
        indexedSetNew,
        indexedSetExisting,
        namedGet,
        namedSetNew,
        namedSetExisting,
        namedDelete,
        asyncIteratorNext,
        asyncIteratorReturn,
        asyncIteratorInit,
        asyncIteratorEOI,
        iteratorResult,
        ordinarySetWithOwnDescriptor
      };
    }
  });

  // percent-encode.js
  var percent_encode_exports = {};
  __export(percent_encode_exports, {
    percentEncodeAfterEncoding: () => percentEncodeAfterEncoding
  });
  function percentEncodeAfterEncoding(encoding, text, percentEncodeSet) {
    let encoded = "";
    for (const byte of encoder.encode(text)) {
      const character = String.fromCharCode(byte);
      encoded += byte < 32 || byte > 126 || percentEncodeSet.includes(character) ? `%${byte.toString(16).toUpperCase().padStart(2, "0")}` : character;
    }
    return encoded;
  }
  var encoder;
  var init_percent_encode = __esm({
    "percent-encode.js"() {
      "use strict";
      encoder = new TextEncoder();
    }
  });

  // ../../../node_modules/whatwg-url/lib/infra.js
  var require_infra = __commonJS({
    "../../../node_modules/whatwg-url/lib/infra.js"(exports, module) {
      "use strict";
      function isASCIIDigit(c) {
        return c >= 48 && c <= 57;
      }
      function isASCIIAlpha(c) {
        return c >= 65 && c <= 90 || c >= 97 && c <= 122;
      }
      function isASCIIAlphanumeric(c) {
        return isASCIIAlpha(c) || isASCIIDigit(c);
      }
      function isASCIIHex(c) {
        return isASCIIDigit(c) || c >= 65 && c <= 70 || c >= 97 && c <= 102;
      }
      function isASCIIString(string) {
        return !/[^\u0000-\u007F]/u.test(string);
      }
      function isNoncharacter(c) {
        return c >= 64976 && c <= 65007 || (c & 65534) === 65534;
      }
      module.exports = {
        isASCIIDigit,
        isASCIIAlpha,
        isASCIIAlphanumeric,
        isASCIIHex,
        isASCIIString,
        isNoncharacter
      };
    }
  });

  // ../../../node_modules/whatwg-url/lib/encoding.js
  var require_encoding = __commonJS({
    "../../../node_modules/whatwg-url/lib/encoding.js"(exports, module) {
      "use strict";
      var utf8Encoder = new TextEncoder();
      var utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      function utf8Encode(string) {
        return utf8Encoder.encode(string);
      }
      function utf8DecodeWithoutBOM(bytes) {
        return utf8Decoder.decode(bytes);
      }
      module.exports = {
        utf8Encode,
        utf8DecodeWithoutBOM
      };
    }
  });

  // ascii-domains.js
  var ascii_domains_exports = {};
  __export(ascii_domains_exports, {
    toASCII: () => toASCII
  });
  function toASCII(domain, options) {
    const isPlain = /^[\0-\x7f]*$/.test(domain) && !/(^|\.)xn--/i.test(domain);
    return isPlain && !options.verifyDNSLength ? domain.toLowerCase() : loadInternationalDomains().toASCII(domain, options);
  }
  var init_ascii_domains = __esm({
    "ascii-domains.js"() {
      "use strict";
    }
  });

  // ../../../node_modules/whatwg-url/lib/url-miscellaneous.js
  var require_url_miscellaneous = __commonJS({
    "../../../node_modules/whatwg-url/lib/url-miscellaneous.js"(exports, module) {
      "use strict";
      var tr46 = (init_ascii_domains(), __toCommonJS(ascii_domains_exports));
      var infra = require_infra();
      function p(char) {
        return char.codePointAt(0);
      }
      var failure = /* @__PURE__ */ Symbol("failure");
      var specialSchemes = /* @__PURE__ */ new Map([
        ["ftp", 21],
        ["file", null],
        ["http", 80],
        ["https", 443],
        ["ws", 80],
        ["wss", 443]
      ]);
      var urlCodePoints = /* @__PURE__ */ new Set([
        p("!"),
        p("$"),
        p("&"),
        p("'"),
        p("("),
        p(")"),
        p("*"),
        p("+"),
        p(","),
        p("-"),
        p("."),
        p("/"),
        p(":"),
        p(";"),
        p("="),
        p("?"),
        p("@"),
        p("_"),
        p("~")
      ]);
      var forbiddenHostCodePoints = /* @__PURE__ */ new Set([
        0,
        9,
        10,
        13,
        32,
        p("#"),
        p("/"),
        p(":"),
        p("<"),
        p(">"),
        p("?"),
        p("@"),
        p("["),
        p("\\"),
        p("]"),
        p("^"),
        p("|")
      ]);
      function isURLCodePoint(c) {
        return infra.isASCIIAlphanumeric(c) || urlCodePoints.has(c) || c >= 160 && c <= 1114109 && (c < 55296 || c > 57343) && !infra.isNoncharacter(c);
      }
      function isInvalidURLCodePoint(c) {
        return !isURLCodePoint(c) && c !== p("%");
      }
      function isPercentEncodedByteAt(input, index) {
        return index + 2 < input.length && input[index] === "%" && infra.isASCIIHex(input.charCodeAt(index + 1)) && infra.isASCIIHex(input.charCodeAt(index + 2));
      }
      function containsPercentEncodedByte(input) {
        return /%[0-9A-Fa-f]{2}/u.test(input);
      }
      function containsForbiddenHostCodePoint(string) {
        return [...string].some((c) => forbiddenHostCodePoints.has(c.codePointAt(0)));
      }
      function containsForbiddenDomainCodePoint(string) {
        return [...string].some((c) => {
          const cp = c.codePointAt(0);
          return forbiddenHostCodePoints.has(cp) || cp >= 0 && cp <= 31 || cp === p("%") || cp === 127;
        });
      }
      function domainParserToASCII(domain, beStrict) {
        return tr46.toASCII(domain, {
          checkHyphens: beStrict,
          checkBidi: true,
          checkJoiners: true,
          useSTD3ASCIIRules: beStrict,
          transitionalProcessing: false,
          verifyDNSLength: beStrict,
          ignoreInvalidPunycode: false
        });
      }
      function parseIPv4Number(input, validationErrors = null) {
        if (input === "") {
          return failure;
        }
        let validationErrorSeen = false;
        let R = 10;
        if (input.length >= 2 && input.charAt(0) === "0" && input.charAt(1).toLowerCase() === "x") {
          validationErrorSeen = true;
          input = input.substring(2);
          R = 16;
        } else if (input.length >= 2 && input.charAt(0) === "0") {
          validationErrorSeen = true;
          input = input.substring(1);
          R = 8;
        }
        if (input === "") {
          validationErrors?.push("IPv4-non-decimal-part");
          return 0;
        }
        let regex = /[^0-7]/u;
        if (R === 10) {
          regex = /[^0-9]/u;
        }
        if (R === 16) {
          regex = /[^0-9A-Fa-f]/u;
        }
        if (regex.test(input)) {
          return failure;
        }
        if (validationErrorSeen) {
          validationErrors?.push("IPv4-non-decimal-part");
        }
        return parseInt(input, R);
      }
      function endsInANumber(input) {
        const parts = input.split(".");
        if (parts[parts.length - 1] === "") {
          if (parts.length === 1) {
            return false;
          }
          parts.pop();
        }
        const last = parts[parts.length - 1];
        if (/^[0-9]+$/u.test(last)) {
          return true;
        }
        if (parseIPv4Number(last) !== failure) {
          return true;
        }
        return false;
      }
      function domainParser(domain, validationErrors = null, beStrict = false) {
        if (beStrict || validationErrors) {
          const strictResult = domainParserToASCII(domain, true);
          if (strictResult === null) {
            validationErrors?.push("domain-to-ASCII");
          }
          if (beStrict) {
            return strictResult === null ? failure : strictResult;
          }
        }
        let result;
        if (infra.isASCIIString(domain)) {
          result = domain.toLowerCase();
        } else {
          result = domainParserToASCII(domain, false);
          if (result === null) {
            return failure;
          }
        }
        if (result === "") {
          return failure;
        }
        if (containsForbiddenDomainCodePoint(result)) {
          return failure;
        }
        return result;
      }
      function isSpecialScheme(scheme) {
        return specialSchemes.has(scheme.toLowerCase());
      }
      function isSpecialSchemeExceptFile(scheme) {
        return isSpecialScheme(scheme) && scheme.toLowerCase() !== "file";
      }
      function defaultPort(scheme) {
        return specialSchemes.get(scheme.toLowerCase());
      }
      function isWindowsDriveLetterCodePoints(cp1, cp2) {
        return infra.isASCIIAlpha(cp1) && (cp2 === p(":") || cp2 === p("|"));
      }
      function isWindowsDriveLetterString(string) {
        return string.length === 2 && infra.isASCIIAlpha(string.codePointAt(0)) && (string[1] === ":" || string[1] === "|");
      }
      function isNormalizedWindowsDriveLetterString(string) {
        return string.length === 2 && infra.isASCIIAlpha(string.codePointAt(0)) && string[1] === ":";
      }
      module.exports = {
        containsForbiddenHostCodePoint,
        containsPercentEncodedByte,
        defaultPort,
        domainParser,
        endsInANumber,
        failure,
        forbiddenHostCodePoints,
        isInvalidURLCodePoint,
        isNormalizedWindowsDriveLetterString,
        isPercentEncodedByteAt,
        parseIPv4Number,
        isSpecialScheme,
        isSpecialSchemeExceptFile,
        isURLCodePoint,
        isWindowsDriveLetterCodePoints,
        isWindowsDriveLetterString,
        p
      };
    }
  });

  // ../../../node_modules/whatwg-url/lib/percent-encoding.js
  var require_percent_encoding = __commonJS({
    "../../../node_modules/whatwg-url/lib/percent-encoding.js"(exports, module) {
      "use strict";
      var { isASCIIHex } = require_infra();
      var { utf8Encode } = require_encoding();
      function p(char) {
        return char.codePointAt(0);
      }
      function percentEncode(c) {
        let hex = c.toString(16).toUpperCase();
        if (hex.length === 1) {
          hex = `0${hex}`;
        }
        return `%${hex}`;
      }
      function percentDecodeBytes(input) {
        const output = new Uint8Array(input.byteLength);
        let outputIndex = 0;
        for (let i = 0; i < input.byteLength; ++i) {
          const byte = input[i];
          if (byte !== 37) {
            output[outputIndex++] = byte;
          } else if (byte === 37 && (!isASCIIHex(input[i + 1]) || !isASCIIHex(input[i + 2]))) {
            output[outputIndex++] = byte;
          } else {
            const bytePoint = parseInt(String.fromCodePoint(input[i + 1], input[i + 2]), 16);
            output[outputIndex++] = bytePoint;
            i += 2;
          }
        }
        return output.slice(0, outputIndex);
      }
      function percentDecodeString(input) {
        const bytes = utf8Encode(input);
        return percentDecodeBytes(bytes);
      }
      function isC0ControlPercentEncode(c) {
        return c <= 31 || c > 126;
      }
      var extraFragmentPercentEncodeSet = /* @__PURE__ */ new Set([p(" "), p('"'), p("<"), p(">"), p("`")]);
      function isFragmentPercentEncode(c) {
        return isC0ControlPercentEncode(c) || extraFragmentPercentEncodeSet.has(c);
      }
      var extraQueryPercentEncodeSet = /* @__PURE__ */ new Set([p(" "), p('"'), p("#"), p("<"), p(">")]);
      var extraQueryPercentEncodeChars = String.fromCodePoint(...[...extraQueryPercentEncodeSet].sort());
      function isQueryPercentEncode(c) {
        return isC0ControlPercentEncode(c) || extraQueryPercentEncodeSet.has(c);
      }
      var extraSpecialQueryPercentEncodeSet = /* @__PURE__ */ new Set([...extraQueryPercentEncodeSet, p("'")]);
      var extraSpecialQueryPercentEncodeChars = String.fromCodePoint(...[...extraSpecialQueryPercentEncodeSet].sort());
      function isSpecialQueryPercentEncode(c) {
        return isC0ControlPercentEncode(c) || extraSpecialQueryPercentEncodeSet.has(c);
      }
      var extraPathPercentEncodeSet = /* @__PURE__ */ new Set([p("?"), p("`"), p("{"), p("}"), p("^")]);
      function isPathPercentEncode(c) {
        return isQueryPercentEncode(c) || extraPathPercentEncodeSet.has(c);
      }
      var extraUserinfoPercentEncodeSet = /* @__PURE__ */ new Set([p("/"), p(":"), p(";"), p("="), p("@"), p("["), p("\\"), p("]"), p("|")]);
      function isUserinfoPercentEncode(c) {
        return isPathPercentEncode(c) || extraUserinfoPercentEncodeSet.has(c);
      }
      var extraComponentPercentEncodeSet = /* @__PURE__ */ new Set([p("$"), p("%"), p("&"), p("+"), p(",")]);
      function isComponentPercentEncode(c) {
        return isUserinfoPercentEncode(c) || extraComponentPercentEncodeSet.has(c);
      }
      var extraURLEncodedPercentEncodeSet = /* @__PURE__ */ new Set([p("!"), p("'"), p("("), p(")"), p("~")]);
      function isURLEncodedPercentEncode(c) {
        return isComponentPercentEncode(c) || extraURLEncodedPercentEncodeSet.has(c);
      }
      function utf8PercentEncodeCodePointInternal(codePoint, percentEncodePredicate) {
        const bytes = utf8Encode(codePoint);
        let output = "";
        for (const byte of bytes) {
          if (!percentEncodePredicate(byte)) {
            output += String.fromCharCode(byte);
          } else {
            output += percentEncode(byte);
          }
        }
        return output;
      }
      function utf8PercentEncodeCodePoint(codePoint, percentEncodePredicate) {
        return utf8PercentEncodeCodePointInternal(String.fromCodePoint(codePoint), percentEncodePredicate);
      }
      function utf8PercentEncodeString(input, percentEncodePredicate, spaceAsPlus = false) {
        let output = "";
        for (const codePoint of input) {
          if (spaceAsPlus && codePoint === " ") {
            output += "+";
          } else {
            output += utf8PercentEncodeCodePointInternal(codePoint, percentEncodePredicate);
          }
        }
        return output;
      }
      module.exports = {
        isC0ControlPercentEncode,
        isFragmentPercentEncode,
        isQueryPercentEncode,
        isSpecialQueryPercentEncode,
        isPathPercentEncode,
        isUserinfoPercentEncode,
        isURLEncodedPercentEncode,
        extraQueryPercentEncodeChars,
        extraSpecialQueryPercentEncodeChars,
        percentDecodeString,
        percentDecodeBytes,
        utf8PercentEncodeString,
        utf8PercentEncodeCodePoint
      };
    }
  });

  // ../../../node_modules/whatwg-url/lib/url-state-machine.js
  var require_url_state_machine = __commonJS({
    "../../../node_modules/whatwg-url/lib/url-state-machine.js"(exports, module) {
      "use strict";
      init_percent_encode();
      var { percentEncodeAfterEncoding: percentEncodeAfterEncoding2 } = (init_percent_encode(), __toCommonJS(percent_encode_exports));
      var infra = require_infra();
      var { utf8DecodeWithoutBOM } = require_encoding();
      var {
        containsForbiddenHostCodePoint,
        containsPercentEncodedByte,
        defaultPort,
        domainParser,
        endsInANumber,
        failure,
        isInvalidURLCodePoint,
        isNormalizedWindowsDriveLetterString,
        isSpecialScheme,
        isWindowsDriveLetterCodePoints,
        isWindowsDriveLetterString,
        parseIPv4Number,
        p
      } = require_url_miscellaneous();
      var {
        percentDecodeString,
        utf8PercentEncodeCodePoint,
        utf8PercentEncodeString,
        isC0ControlPercentEncode,
        isFragmentPercentEncode,
        extraQueryPercentEncodeChars,
        extraSpecialQueryPercentEncodeChars,
        isPathPercentEncode,
        isUserinfoPercentEncode
      } = require_percent_encoding();
      function countSymbols(str) {
        return [...str].length;
      }
      function at(input, idx) {
        const c = input[idx];
        return isNaN(c) ? void 0 : String.fromCodePoint(c);
      }
      function isSingleDot(buffer) {
        return buffer === "." || buffer.toLowerCase() === "%2e";
      }
      function isDoubleDot(buffer) {
        buffer = buffer.toLowerCase();
        return buffer === ".." || buffer === "%2e." || buffer === ".%2e" || buffer === "%2e%2e";
      }
      function isInvalidPercentEncoding(input, pointer) {
        return input[pointer] === p("%") && (!infra.isASCIIHex(input[pointer + 1]) || !infra.isASCIIHex(input[pointer + 2]));
      }
      function validateURLUnits(input, validationErrors = null) {
        if (validationErrors === null) {
          return;
        }
        const codePoints = Array.from(input, (c) => c.codePointAt(0));
        if (codePoints.some(isInvalidURLCodePoint)) {
          validationErrors.push("invalid-URL-unit");
        }
        if (codePoints.some((_, i) => isInvalidPercentEncoding(codePoints, i))) {
          validationErrors.push("invalid-URL-unit");
        }
      }
      function isSpecial(url) {
        return isSpecialScheme(url.scheme);
      }
      function isNotSpecial(url) {
        return !isSpecialScheme(url.scheme);
      }
      function parseIPv4(input, validationErrors = null) {
        const parts = input.split(".");
        if (parts[parts.length - 1] === "") {
          validationErrors?.push("IPv4-empty-part");
          if (parts.length > 1) {
            parts.pop();
          }
        }
        if (parts.length > 4) {
          validationErrors?.push("IPv4-too-many-parts");
          return failure;
        }
        if (parts.length < 4) {
          validationErrors?.push("IPv4-too-few-parts");
        }
        const numbers = [];
        for (const part of parts) {
          const n = parseIPv4Number(part, validationErrors);
          if (n === failure) {
            validationErrors?.push("IPv4-non-numeric-part");
            return failure;
          }
          numbers.push(n);
        }
        if (validationErrors !== null && numbers.some((n) => n > 255)) {
          validationErrors.push("IPv4-out-of-range-part");
        }
        for (let i = 0; i < numbers.length - 1; ++i) {
          if (numbers[i] > 255) {
            return failure;
          }
        }
        if (numbers[numbers.length - 1] >= 256 ** (5 - numbers.length)) {
          return failure;
        }
        let ipv4 = numbers.pop();
        let counter = 0;
        for (const n of numbers) {
          ipv4 += n * 256 ** (3 - counter);
          ++counter;
        }
        return ipv4;
      }
      function serializeIPv4(address) {
        let output = "";
        let n = address;
        for (let i = 1; i <= 4; ++i) {
          output = String(n % 256) + output;
          if (i !== 4) {
            output = `.${output}`;
          }
          n = Math.floor(n / 256);
        }
        return output;
      }
      function parseIPv6(input, validationErrors = null) {
        const address = [0, 0, 0, 0, 0, 0, 0, 0];
        let pieceIndex = 0;
        let compress = null;
        let pointer = 0;
        input = Array.from(input, (c) => c.codePointAt(0));
        if (input[pointer] === p(":")) {
          if (input[pointer + 1] !== p(":")) {
            validationErrors?.push("IPv6-invalid-compression");
            return failure;
          }
          pointer += 2;
          ++pieceIndex;
          compress = pieceIndex;
        }
        while (pointer < input.length) {
          if (pieceIndex === 8) {
            validationErrors?.push("IPv6-too-many-pieces");
            return failure;
          }
          if (input[pointer] === p(":")) {
            if (compress !== null) {
              validationErrors?.push("IPv6-multiple-compression");
              return failure;
            }
            ++pointer;
            ++pieceIndex;
            compress = pieceIndex;
            continue;
          }
          let value = 0;
          let length = 0;
          while (length < 4 && infra.isASCIIHex(input[pointer])) {
            value = value * 16 + parseInt(at(input, pointer), 16);
            ++pointer;
            ++length;
          }
          if (input[pointer] === p(".")) {
            if (length === 0) {
              validationErrors?.push("IPv4-in-IPv6-invalid-code-point");
              return failure;
            }
            pointer -= length;
            if (pieceIndex > 6) {
              validationErrors?.push("IPv4-in-IPv6-too-many-pieces");
              return failure;
            }
            let numbersSeen = 0;
            while (input[pointer] !== void 0) {
              let ipv4Piece = null;
              if (numbersSeen > 0) {
                if (input[pointer] === p(".") && numbersSeen < 4) {
                  ++pointer;
                } else {
                  validationErrors?.push("IPv4-in-IPv6-invalid-code-point");
                  return failure;
                }
              }
              if (!infra.isASCIIDigit(input[pointer])) {
                validationErrors?.push("IPv4-in-IPv6-invalid-code-point");
                return failure;
              }
              while (infra.isASCIIDigit(input[pointer])) {
                const number = parseInt(at(input, pointer), 10);
                if (ipv4Piece === null) {
                  ipv4Piece = number;
                } else if (ipv4Piece === 0) {
                  validationErrors?.push("IPv4-in-IPv6-invalid-code-point");
                  return failure;
                } else {
                  ipv4Piece = ipv4Piece * 10 + number;
                }
                if (ipv4Piece > 255) {
                  validationErrors?.push("IPv4-in-IPv6-out-of-range-part");
                  return failure;
                }
                ++pointer;
              }
              address[pieceIndex] = address[pieceIndex] * 256 + ipv4Piece;
              ++numbersSeen;
              if (numbersSeen === 2 || numbersSeen === 4) {
                ++pieceIndex;
              }
            }
            if (numbersSeen !== 4) {
              validationErrors?.push("IPv4-in-IPv6-too-few-parts");
              return failure;
            }
            break;
          } else if (input[pointer] === p(":")) {
            ++pointer;
            if (input[pointer] === void 0) {
              validationErrors?.push("IPv6-invalid-code-point");
              return failure;
            }
          } else if (input[pointer] !== void 0) {
            validationErrors?.push("IPv6-invalid-code-point");
            return failure;
          }
          if (length > 1 && value < 16 ** (length - 1)) {
            validationErrors?.push("IPv6-piece-leading-zero");
          }
          address[pieceIndex] = value;
          ++pieceIndex;
        }
        if (compress !== null) {
          let swaps = pieceIndex - compress;
          pieceIndex = 7;
          while (pieceIndex !== 0 && swaps > 0) {
            const temp = address[compress + swaps - 1];
            address[compress + swaps - 1] = address[pieceIndex];
            address[pieceIndex] = temp;
            --pieceIndex;
            --swaps;
          }
        } else if (compress === null && pieceIndex !== 8) {
          validationErrors?.push("IPv6-too-few-pieces");
          return failure;
        }
        return address;
      }
      function serializeIPv6(address) {
        let output = "";
        const compress = findTheIPv6AddressCompressedPieceIndex(address);
        let ignore0 = false;
        for (let pieceIndex = 0; pieceIndex <= 7; ++pieceIndex) {
          if (ignore0 && address[pieceIndex] === 0) {
            continue;
          } else if (ignore0) {
            ignore0 = false;
          }
          if (compress === pieceIndex) {
            const separator = pieceIndex === 0 ? "::" : ":";
            output += separator;
            ignore0 = true;
            continue;
          }
          output += address[pieceIndex].toString(16);
          if (pieceIndex !== 7) {
            output += ":";
          }
        }
        return output;
      }
      function parseHost(input, validationErrors = null, isOpaque = false) {
        if (input[0] === "[") {
          if (input[input.length - 1] !== "]") {
            validationErrors?.push("IPv6-unclosed");
            return failure;
          }
          return parseIPv6(input.substring(1, input.length - 1), validationErrors);
        }
        if (isOpaque) {
          return parseOpaqueHost(input, validationErrors);
        }
        if (validationErrors && containsPercentEncodedByte(input)) {
          validationErrors.push("domain-percent-encoded");
        }
        const domain = utf8DecodeWithoutBOM(percentDecodeString(input));
        const asciiDomain = domainParser(domain, validationErrors);
        if (asciiDomain === failure) {
          return failure;
        }
        if (endsInANumber(asciiDomain)) {
          if (!infra.isASCIIString(domain)) {
            validationErrors?.push("IPv4-non-ASCII-input");
          }
          return parseIPv4(asciiDomain, validationErrors);
        }
        return asciiDomain;
      }
      function parseOpaqueHost(input, validationErrors) {
        if (containsForbiddenHostCodePoint(input)) {
          validationErrors?.push("host-invalid-code-point");
          return failure;
        }
        validateURLUnits(input, validationErrors);
        return utf8PercentEncodeString(input, isC0ControlPercentEncode);
      }
      function findTheIPv6AddressCompressedPieceIndex(address) {
        let longestIndex = null;
        let longestSize = 1;
        let foundIndex = null;
        let foundSize = 0;
        for (let pieceIndex = 0; pieceIndex < address.length; ++pieceIndex) {
          if (address[pieceIndex] !== 0) {
            if (foundSize > longestSize) {
              longestIndex = foundIndex;
              longestSize = foundSize;
            }
            foundIndex = null;
            foundSize = 0;
          } else {
            if (foundIndex === null) {
              foundIndex = pieceIndex;
            }
            ++foundSize;
          }
        }
        if (foundSize > longestSize) {
          return foundIndex;
        }
        return longestIndex;
      }
      function serializeHost(host) {
        if (typeof host === "number") {
          return serializeIPv4(host);
        }
        if (host instanceof Array) {
          return `[${serializeIPv6(host)}]`;
        }
        return host;
      }
      function trimControlChars(string) {
        let start = 0;
        let end = string.length;
        for (; start < end; ++start) {
          if (string.charCodeAt(start) > 32) {
            break;
          }
        }
        for (; end > start; --end) {
          if (string.charCodeAt(end - 1) > 32) {
            break;
          }
        }
        return string.substring(start, end);
      }
      function trimTabAndNewline(url) {
        return url.replace(/\u0009|\u000A|\u000D/ug, "");
      }
      function shortenPath(url) {
        const { path } = url;
        if (path.length === 0) {
          return;
        }
        if (url.scheme === "file" && path.length === 1 && isNormalizedWindowsDriveLetterString(path[0])) {
          return;
        }
        path.pop();
      }
      function includesCredentials(url) {
        return url.username !== "" || url.password !== "";
      }
      function cannotHaveAUsernamePasswordPort(url) {
        return url.host === null || url.host === "" || url.scheme === "file";
      }
      function hasAnOpaquePath(url) {
        return typeof url.path === "string";
      }
      function URLStateMachine(input, base, encoding, url, stateOverride, validationErrors = null) {
        this.pointer = 0;
        this.input = input;
        this.base = base || null;
        this.encoding = encoding || "utf-8";
        this.stateOverride = stateOverride;
        this.url = url;
        this.failure = false;
        this.validationErrors = validationErrors;
        if (!this.url) {
          this.url = {
            scheme: "",
            username: "",
            password: "",
            host: null,
            port: null,
            path: [],
            query: null,
            fragment: null
          };
          const res2 = trimControlChars(this.input);
          if (res2 !== this.input) {
            this.validationErrors?.push("invalid-URL-unit");
          }
          this.input = res2;
        }
        const res = trimTabAndNewline(this.input);
        if (res !== this.input) {
          this.validationErrors?.push("invalid-URL-unit");
        }
        this.input = res;
        this.state = stateOverride || "scheme start";
        this.buffer = "";
        this.atSignSeen = false;
        this.insideBrackets = false;
        this.passwordTokenSeen = false;
        this.input = Array.from(this.input, (c) => c.codePointAt(0));
        for (; this.pointer <= this.input.length; ++this.pointer) {
          const c = this.input[this.pointer];
          const cStr = isNaN(c) ? void 0 : String.fromCodePoint(c);
          const ret = this[`parse ${this.state}`](c, cStr);
          if (!ret) {
            break;
          } else if (ret === failure) {
            this.failure = true;
            break;
          }
        }
      }
      URLStateMachine.prototype.validateURLUnit = function(c) {
        if (this.validationErrors === null) {
          return;
        }
        if (isInvalidURLCodePoint(c)) {
          this.validationErrors.push("invalid-URL-unit");
        }
        if (isInvalidPercentEncoding(this.input, this.pointer)) {
          this.validationErrors.push("invalid-URL-unit");
        }
      };
      URLStateMachine.prototype["parse scheme start"] = function parseSchemeStart(c, cStr) {
        if (infra.isASCIIAlpha(c)) {
          this.buffer += cStr.toLowerCase();
          this.state = "scheme";
        } else if (!this.stateOverride) {
          this.state = "no scheme";
          --this.pointer;
        } else {
          return failure;
        }
        return true;
      };
      URLStateMachine.prototype["parse scheme"] = function parseScheme(c, cStr) {
        if (infra.isASCIIAlphanumeric(c) || c === p("+") || c === p("-") || c === p(".")) {
          this.buffer += cStr.toLowerCase();
        } else if (c === p(":")) {
          if (this.stateOverride) {
            if (isSpecial(this.url) && !isSpecialScheme(this.buffer)) {
              return false;
            }
            if (!isSpecial(this.url) && isSpecialScheme(this.buffer)) {
              return false;
            }
            if ((includesCredentials(this.url) || this.url.port !== null) && this.buffer === "file") {
              return false;
            }
            if (this.url.scheme === "file" && this.url.host === "") {
              return false;
            }
          }
          this.url.scheme = this.buffer;
          if (this.stateOverride) {
            if (this.url.port === defaultPort(this.url.scheme)) {
              this.url.port = null;
            }
            return false;
          }
          this.buffer = "";
          if (this.url.scheme === "file") {
            if (this.input[this.pointer + 1] !== p("/") || this.input[this.pointer + 2] !== p("/")) {
              this.validationErrors?.push("special-scheme-missing-following-solidus");
            }
            this.state = "file";
          } else if (isSpecial(this.url) && this.base !== null && this.base.scheme === this.url.scheme) {
            this.state = "special relative or authority";
          } else if (isSpecial(this.url)) {
            this.state = "special authority slashes";
          } else if (this.input[this.pointer + 1] === p("/")) {
            this.state = "path or authority";
            ++this.pointer;
          } else {
            this.url.path = "";
            this.state = "opaque path";
          }
        } else if (!this.stateOverride) {
          this.buffer = "";
          this.state = "no scheme";
          this.pointer = -1;
        } else {
          return failure;
        }
        return true;
      };
      URLStateMachine.prototype["parse no scheme"] = function parseNoScheme(c) {
        if (this.base === null || hasAnOpaquePath(this.base) && c !== p("#")) {
          this.validationErrors?.push("missing-scheme-non-relative-URL");
          return failure;
        } else if (hasAnOpaquePath(this.base) && c === p("#")) {
          this.url.scheme = this.base.scheme;
          this.url.path = this.base.path;
          this.url.query = this.base.query;
          this.url.fragment = "";
          this.state = "fragment";
        } else if (this.base.scheme === "file") {
          this.state = "file";
          --this.pointer;
        } else {
          this.state = "relative";
          --this.pointer;
        }
        return true;
      };
      URLStateMachine.prototype["parse special relative or authority"] = function parseSpecialRelativeOrAuthority(c) {
        if (c === p("/") && this.input[this.pointer + 1] === p("/")) {
          this.state = "special authority ignore slashes";
          ++this.pointer;
        } else {
          this.validationErrors?.push("special-scheme-missing-following-solidus");
          this.state = "relative";
          --this.pointer;
        }
        return true;
      };
      URLStateMachine.prototype["parse path or authority"] = function parsePathOrAuthority(c) {
        if (c === p("/")) {
          this.state = "authority";
        } else {
          this.state = "path";
          --this.pointer;
        }
        return true;
      };
      URLStateMachine.prototype["parse relative"] = function parseRelative(c) {
        this.url.scheme = this.base.scheme;
        if (c === p("/")) {
          this.state = "relative slash";
        } else if (isSpecial(this.url) && c === p("\\")) {
          this.validationErrors?.push("invalid-reverse-solidus");
          this.state = "relative slash";
        } else {
          this.url.username = this.base.username;
          this.url.password = this.base.password;
          this.url.host = this.base.host;
          this.url.port = this.base.port;
          this.url.path = this.base.path.slice();
          this.url.query = this.base.query;
          if (c === p("?")) {
            this.url.query = "";
            this.state = "query";
          } else if (c === p("#")) {
            this.url.fragment = "";
            this.state = "fragment";
          } else if (!isNaN(c)) {
            this.url.query = null;
            this.url.path.pop();
            this.state = "path";
            --this.pointer;
          }
        }
        return true;
      };
      URLStateMachine.prototype["parse relative slash"] = function parseRelativeSlash(c) {
        if (isSpecial(this.url) && (c === p("/") || c === p("\\"))) {
          if (c === p("\\")) {
            this.validationErrors?.push("invalid-reverse-solidus");
          }
          this.state = "special authority ignore slashes";
        } else if (c === p("/")) {
          this.state = "authority";
        } else {
          this.url.username = this.base.username;
          this.url.password = this.base.password;
          this.url.host = this.base.host;
          this.url.port = this.base.port;
          this.state = "path";
          --this.pointer;
        }
        return true;
      };
      URLStateMachine.prototype["parse special authority slashes"] = function parseSpecialAuthoritySlashes(c) {
        if (c === p("/") && this.input[this.pointer + 1] === p("/")) {
          this.state = "special authority ignore slashes";
          ++this.pointer;
        } else {
          this.validationErrors?.push("special-scheme-missing-following-solidus");
          this.state = "special authority ignore slashes";
          --this.pointer;
        }
        return true;
      };
      URLStateMachine.prototype["parse special authority ignore slashes"] = function parseSpecialAuthorityIgnoreSlashes(c) {
        if (c !== p("/") && c !== p("\\")) {
          this.state = "authority";
          --this.pointer;
        } else {
          this.validationErrors?.push("special-scheme-missing-following-solidus");
        }
        return true;
      };
      URLStateMachine.prototype["parse authority"] = function parseAuthority(c, cStr) {
        if (c === p("@")) {
          this.validationErrors?.push("invalid-credentials");
          if (this.atSignSeen) {
            this.buffer = `%40${this.buffer}`;
          }
          this.atSignSeen = true;
          for (const codePointStr of this.buffer) {
            const codePoint = codePointStr.codePointAt(0);
            if (codePoint === p(":") && !this.passwordTokenSeen) {
              this.passwordTokenSeen = true;
              continue;
            }
            const encodedCodePoints = utf8PercentEncodeCodePoint(codePoint, isUserinfoPercentEncode);
            if (this.passwordTokenSeen) {
              this.url.password += encodedCodePoints;
            } else {
              this.url.username += encodedCodePoints;
            }
          }
          this.buffer = "";
        } else if (isNaN(c) || c === p("/") || c === p("?") || c === p("#") || isSpecial(this.url) && c === p("\\")) {
          if (this.atSignSeen && this.buffer === "") {
            this.validationErrors?.push("host-missing");
            return failure;
          }
          this.pointer -= countSymbols(this.buffer) + 1;
          this.buffer = "";
          this.state = "host";
        } else {
          this.buffer += cStr;
        }
        return true;
      };
      URLStateMachine.prototype["parse hostname"] = URLStateMachine.prototype["parse host"] = function parseHostName(c, cStr) {
        if (this.stateOverride && this.url.scheme === "file") {
          --this.pointer;
          this.state = "file host";
        } else if (c === p(":") && !this.insideBrackets) {
          if (this.buffer === "") {
            this.validationErrors?.push("host-missing");
            return failure;
          }
          if (this.stateOverride === "hostname") {
            return failure;
          }
          const host = parseHost(this.buffer, this.validationErrors, isNotSpecial(this.url));
          if (host === failure) {
            return failure;
          }
          this.url.host = host;
          this.buffer = "";
          this.state = "port";
        } else if (isNaN(c) || c === p("/") || c === p("?") || c === p("#") || isSpecial(this.url) && c === p("\\")) {
          --this.pointer;
          if (isSpecial(this.url) && this.buffer === "") {
            this.validationErrors?.push("host-missing");
            return failure;
          } else if (this.stateOverride && this.buffer === "" && (includesCredentials(this.url) || this.url.port !== null)) {
            return failure;
          }
          const host = parseHost(this.buffer, this.validationErrors, isNotSpecial(this.url));
          if (host === failure) {
            return failure;
          }
          this.url.host = host;
          this.buffer = "";
          this.state = "path start";
          if (this.stateOverride) {
            return false;
          }
        } else {
          if (c === p("[")) {
            this.insideBrackets = true;
          } else if (c === p("]")) {
            this.insideBrackets = false;
          }
          this.buffer += cStr;
        }
        return true;
      };
      URLStateMachine.prototype["parse port"] = function parsePort(c, cStr) {
        if (infra.isASCIIDigit(c)) {
          this.buffer += cStr;
        } else if (isNaN(c) || c === p("/") || c === p("?") || c === p("#") || isSpecial(this.url) && c === p("\\") || this.stateOverride) {
          if (this.buffer !== "") {
            const port = parseInt(this.buffer, 10);
            if (port > 2 ** 16 - 1) {
              this.validationErrors?.push("port-out-of-range");
              return failure;
            }
            this.url.port = port === defaultPort(this.url.scheme) ? null : port;
            this.buffer = "";
            if (this.stateOverride) {
              return false;
            }
          }
          if (this.stateOverride) {
            return failure;
          }
          this.state = "path start";
          --this.pointer;
        } else {
          this.validationErrors?.push("port-invalid");
          return failure;
        }
        return true;
      };
      var fileOtherwiseCodePoints = /* @__PURE__ */ new Set([p("/"), p("\\"), p("?"), p("#")]);
      function startsWithWindowsDriveLetter(input, pointer) {
        const length = input.length - pointer;
        return length >= 2 && isWindowsDriveLetterCodePoints(input[pointer], input[pointer + 1]) && (length === 2 || fileOtherwiseCodePoints.has(input[pointer + 2]));
      }
      URLStateMachine.prototype["parse file"] = function parseFile(c) {
        this.url.scheme = "file";
        this.url.host = "";
        if (c === p("/") || c === p("\\")) {
          if (c === p("\\")) {
            this.validationErrors?.push("invalid-reverse-solidus");
          }
          this.state = "file slash";
        } else if (this.base !== null && this.base.scheme === "file") {
          this.url.host = this.base.host;
          this.url.path = this.base.path.slice();
          this.url.query = this.base.query;
          if (c === p("?")) {
            this.url.query = "";
            this.state = "query";
          } else if (c === p("#")) {
            this.url.fragment = "";
            this.state = "fragment";
          } else if (!isNaN(c)) {
            this.url.query = null;
            if (!startsWithWindowsDriveLetter(this.input, this.pointer)) {
              shortenPath(this.url);
            } else {
              this.validationErrors?.push("file-invalid-Windows-drive-letter");
              this.url.path = [];
            }
            this.state = "path";
            --this.pointer;
          }
        } else {
          this.state = "path";
          --this.pointer;
        }
        return true;
      };
      URLStateMachine.prototype["parse file slash"] = function parseFileSlash(c) {
        if (c === p("/") || c === p("\\")) {
          if (c === p("\\")) {
            this.validationErrors?.push("invalid-reverse-solidus");
          }
          this.state = "file host";
        } else {
          if (this.base !== null && this.base.scheme === "file") {
            if (!startsWithWindowsDriveLetter(this.input, this.pointer) && isNormalizedWindowsDriveLetterString(this.base.path[0])) {
              this.url.path.push(this.base.path[0]);
            }
            this.url.host = this.base.host;
          }
          this.state = "path";
          --this.pointer;
        }
        return true;
      };
      URLStateMachine.prototype["parse file host"] = function parseFileHost(c, cStr) {
        if (isNaN(c) || c === p("/") || c === p("\\") || c === p("?") || c === p("#")) {
          --this.pointer;
          if (!this.stateOverride && isWindowsDriveLetterString(this.buffer)) {
            this.validationErrors?.push("file-invalid-Windows-drive-letter-host");
            this.state = "path";
          } else if (this.buffer === "") {
            this.url.host = "";
            if (this.stateOverride) {
              return false;
            }
            this.state = "path start";
          } else {
            let host = parseHost(this.buffer, this.validationErrors, isNotSpecial(this.url));
            if (host === failure) {
              return failure;
            }
            if (host === "localhost") {
              host = "";
            }
            this.url.host = host;
            if (this.stateOverride) {
              return false;
            }
            this.buffer = "";
            this.state = "path start";
          }
        } else {
          this.buffer += cStr;
        }
        return true;
      };
      URLStateMachine.prototype["parse path start"] = function parsePathStart(c) {
        if (isSpecial(this.url)) {
          if (c === p("\\")) {
            this.validationErrors?.push("invalid-reverse-solidus");
          }
          this.state = "path";
          if (c !== p("/") && c !== p("\\")) {
            --this.pointer;
          }
        } else if (!this.stateOverride && c === p("?")) {
          this.url.query = "";
          this.state = "query";
        } else if (!this.stateOverride && c === p("#")) {
          this.url.fragment = "";
          this.state = "fragment";
        } else if (c !== void 0) {
          this.state = "path";
          if (c !== p("/")) {
            --this.pointer;
          }
        } else if (this.stateOverride && this.url.host === null) {
          this.url.path.push("");
        }
        return true;
      };
      URLStateMachine.prototype["parse path"] = function parsePath(c) {
        if (isNaN(c) || c === p("/") || isSpecial(this.url) && c === p("\\") || !this.stateOverride && (c === p("?") || c === p("#"))) {
          if (isSpecial(this.url) && c === p("\\")) {
            this.validationErrors?.push("invalid-reverse-solidus");
          }
          if (isDoubleDot(this.buffer)) {
            shortenPath(this.url);
            if (c !== p("/") && !(isSpecial(this.url) && c === p("\\"))) {
              this.url.path.push("");
            }
          } else if (isSingleDot(this.buffer) && c !== p("/") && !(isSpecial(this.url) && c === p("\\"))) {
            this.url.path.push("");
          } else if (!isSingleDot(this.buffer)) {
            if (this.url.scheme === "file" && this.url.path.length === 0 && isWindowsDriveLetterString(this.buffer)) {
              this.buffer = `${this.buffer[0]}:`;
            }
            this.url.path.push(this.buffer);
          }
          this.buffer = "";
          if (c === p("?")) {
            this.url.query = "";
            this.state = "query";
          }
          if (c === p("#")) {
            this.url.fragment = "";
            this.state = "fragment";
          }
        } else {
          this.validateURLUnit(c);
          this.buffer += utf8PercentEncodeCodePoint(c, isPathPercentEncode);
        }
        return true;
      };
      URLStateMachine.prototype["parse opaque path"] = function parseOpaquePath(c) {
        if (c === p("?")) {
          this.url.query = "";
          this.state = "query";
        } else if (c === p("#")) {
          this.url.fragment = "";
          this.state = "fragment";
        } else if (c === p(" ")) {
          this.validationErrors?.push("invalid-URL-unit");
          const remaining = this.input[this.pointer + 1];
          if (remaining === p("?") || remaining === p("#")) {
            this.url.path += "%20";
          } else {
            this.url.path += " ";
          }
        } else if (!isNaN(c)) {
          this.validateURLUnit(c);
          this.url.path += utf8PercentEncodeCodePoint(c, isC0ControlPercentEncode);
        }
        return true;
      };
      URLStateMachine.prototype["parse query"] = function parseQuery(c, cStr) {
        if (!isSpecial(this.url) || this.url.scheme === "ws" || this.url.scheme === "wss") {
          this.encoding = "utf-8";
        }
        if (!this.stateOverride && c === p("#") || isNaN(c)) {
          const percentEncodeSet = isSpecial(this.url) ? extraSpecialQueryPercentEncodeChars : extraQueryPercentEncodeChars;
          this.url.query += percentEncodeAfterEncoding2(
            this.encoding,
            this.buffer,
            percentEncodeSet
          );
          this.buffer = "";
          if (c === p("#")) {
            this.url.fragment = "";
            this.state = "fragment";
          }
        } else if (!isNaN(c)) {
          this.validateURLUnit(c);
          this.buffer += cStr;
        }
        return true;
      };
      URLStateMachine.prototype["parse fragment"] = function parseFragment(c) {
        if (!isNaN(c)) {
          this.validateURLUnit(c);
          this.url.fragment += utf8PercentEncodeCodePoint(c, isFragmentPercentEncode);
        }
        return true;
      };
      function serializeURL(url, excludeFragment) {
        let output = `${url.scheme}:`;
        if (url.host !== null) {
          output += "//";
          if (url.username !== "" || url.password !== "") {
            output += url.username;
            if (url.password !== "") {
              output += `:${url.password}`;
            }
            output += "@";
          }
          output += serializeHost(url.host);
          if (url.port !== null) {
            output += `:${url.port}`;
          }
        }
        if (url.host === null && !hasAnOpaquePath(url) && url.path.length > 1 && url.path[0] === "") {
          output += "/.";
        }
        output += serializePath(url);
        if (url.query !== null) {
          output += `?${url.query}`;
        }
        if (!excludeFragment && url.fragment !== null) {
          output += `#${url.fragment}`;
        }
        return output;
      }
      function serializeOrigin(tuple) {
        let result = `${tuple.scheme}://`;
        result += serializeHost(tuple.host);
        if (tuple.port !== null) {
          result += `:${tuple.port}`;
        }
        return result;
      }
      function serializePath(url) {
        if (hasAnOpaquePath(url)) {
          return url.path;
        }
        let output = "";
        for (const segment of url.path) {
          output += `/${segment}`;
        }
        return output;
      }
      module.exports.serializeURL = serializeURL;
      module.exports.serializePath = serializePath;
      module.exports.serializeURLOrigin = function(url) {
        switch (url.scheme) {
          case "blob": {
            const pathURL = module.exports.parseURL(serializePath(url));
            if (pathURL === null) {
              return "null";
            }
            if (pathURL.scheme !== "http" && pathURL.scheme !== "https") {
              return "null";
            }
            return module.exports.serializeURLOrigin(pathURL);
          }
          case "ftp":
          case "http":
          case "https":
          case "ws":
          case "wss":
            return serializeOrigin({
              scheme: url.scheme,
              host: url.host,
              port: url.port
            });
          case "file":
            return "null";
          default:
            return "null";
        }
      };
      function basicURLParse(input, options = {}, validationErrors = null) {
        const usm = new URLStateMachine(
          input,
          options.baseURL,
          options.encoding,
          options.url,
          options.stateOverride,
          validationErrors
        );
        if (usm.failure) {
          return null;
        }
        return usm.url;
      }
      module.exports.basicURLParse = function(input, options = {}) {
        return basicURLParse(input, options);
      };
      module.exports.setTheUsername = function(url, username) {
        url.username = utf8PercentEncodeString(username, isUserinfoPercentEncode);
      };
      module.exports.setThePassword = function(url, password) {
        url.password = utf8PercentEncodeString(password, isUserinfoPercentEncode);
      };
      module.exports.serializeHost = serializeHost;
      module.exports.cannotHaveAUsernamePasswordPort = cannotHaveAUsernamePasswordPort;
      module.exports.hasAnOpaquePath = hasAnOpaquePath;
      module.exports.serializeInteger = function(integer) {
        return String(integer);
      };
      module.exports.parseURL = function(input, options = {}) {
        return module.exports.basicURLParse(input, {
          baseURL: options.baseURL,
          encoding: options.encoding
        });
      };
      module.exports.parseURLWithValidationErrors = function(input, options = {}) {
        const validationErrors = [];
        const url = basicURLParse(input, {
          baseURL: options.baseURL,
          encoding: options.encoding
        }, validationErrors);
        return { url, validationErrors };
      };
    }
  });

  // ../../../node_modules/whatwg-url/lib/urlencoded.js
  var require_urlencoded = __commonJS({
    "../../../node_modules/whatwg-url/lib/urlencoded.js"(exports, module) {
      "use strict";
      var { utf8Encode, utf8DecodeWithoutBOM } = require_encoding();
      var { percentDecodeBytes, utf8PercentEncodeString, isURLEncodedPercentEncode } = require_percent_encoding();
      function p(char) {
        return char.codePointAt(0);
      }
      function parseUrlencoded(input) {
        const sequences = strictlySplitByteSequence(input, p("&"));
        const output = [];
        for (const bytes of sequences) {
          if (bytes.length === 0) {
            continue;
          }
          let name, value;
          const indexOfEqual = bytes.indexOf(p("="));
          if (indexOfEqual >= 0) {
            name = bytes.slice(0, indexOfEqual);
            value = bytes.slice(indexOfEqual + 1);
          } else {
            name = bytes;
            value = new Uint8Array(0);
          }
          name = replaceByteInByteSequence(name, 43, 32);
          value = replaceByteInByteSequence(value, 43, 32);
          const nameString = utf8DecodeWithoutBOM(percentDecodeBytes(name));
          const valueString = utf8DecodeWithoutBOM(percentDecodeBytes(value));
          output.push([nameString, valueString]);
        }
        return output;
      }
      function parseUrlencodedString(input) {
        return parseUrlencoded(utf8Encode(input));
      }
      function serializeUrlencoded(tuples) {
        let output = "";
        for (const [i, tuple] of tuples.entries()) {
          const name = utf8PercentEncodeString(tuple[0], isURLEncodedPercentEncode, true);
          const value = utf8PercentEncodeString(tuple[1], isURLEncodedPercentEncode, true);
          if (i !== 0) {
            output += "&";
          }
          output += `${name}=${value}`;
        }
        return output;
      }
      function strictlySplitByteSequence(buf, cp) {
        const list = [];
        let last = 0;
        let i = buf.indexOf(cp);
        while (i >= 0) {
          list.push(buf.slice(last, i));
          last = i + 1;
          i = buf.indexOf(cp, last);
        }
        if (last !== buf.length) {
          list.push(buf.slice(last));
        }
        return list;
      }
      function replaceByteInByteSequence(buf, from, to) {
        let i = buf.indexOf(from);
        while (i >= 0) {
          buf[i] = to;
          i = buf.indexOf(from, i + 1);
        }
        return buf;
      }
      module.exports = {
        parseUrlencodedString,
        serializeUrlencoded
      };
    }
  });

  // ../../../node_modules/whatwg-url/lib/Function.js
  var require_Function = __commonJS({
    "../../../node_modules/whatwg-url/lib/Function.js"(exports) {
      "use strict";
      var conversions = require_lib();
      var utils = require_utils();
      exports.convert = (globalObject, value, { context = "The provided value" } = {}) => {
        if (typeof value !== "function") {
          throw new globalObject.TypeError(context + " is not a function");
        }
        function invokeTheCallbackFunction(...args) {
          const thisArg = utils.tryWrapperForImpl(this);
          let callResult;
          for (let i = 0; i < args.length; i++) {
            args[i] = utils.tryWrapperForImpl(args[i]);
          }
          callResult = Reflect.apply(value, thisArg, args);
          callResult = conversions["any"](callResult, { context, globals: globalObject });
          return callResult;
        }
        invokeTheCallbackFunction.construct = (...args) => {
          for (let i = 0; i < args.length; i++) {
            args[i] = utils.tryWrapperForImpl(args[i]);
          }
          let callResult = Reflect.construct(value, args);
          callResult = conversions["any"](callResult, { context, globals: globalObject });
          return callResult;
        };
        invokeTheCallbackFunction[utils.wrapperSymbol] = value;
        invokeTheCallbackFunction.objectReference = value;
        return invokeTheCallbackFunction;
      };
    }
  });

  // ../../../node_modules/whatwg-url/lib/URLSearchParams-impl.js
  var require_URLSearchParams_impl = __commonJS({
    "../../../node_modules/whatwg-url/lib/URLSearchParams-impl.js"(exports) {
      "use strict";
      var urlencoded = require_urlencoded();
      exports.implementation = class URLSearchParamsImpl {
        constructor(globalObject, constructorArgs, { doNotStripQMark = false }) {
          let init = constructorArgs[0];
          this._list = [];
          this._url = null;
          if (!doNotStripQMark && typeof init === "string" && init[0] === "?") {
            init = init.slice(1);
          }
          if (Array.isArray(init)) {
            for (const pair of init) {
              if (pair.length !== 2) {
                throw new TypeError("Failed to construct 'URLSearchParams': parameter 1 sequence's element does not contain exactly two elements.");
              }
              this._list.push([pair[0], pair[1]]);
            }
          } else if (typeof init === "object" && Object.getPrototypeOf(init) === null) {
            for (const name of Object.keys(init)) {
              const value = init[name];
              this._list.push([name, value]);
            }
          } else {
            this._list = urlencoded.parseUrlencodedString(init);
          }
        }
        _updateSteps() {
          if (this._url !== null) {
            let serializedQuery = urlencoded.serializeUrlencoded(this._list);
            if (serializedQuery === "") {
              serializedQuery = null;
            }
            this._url._url.query = serializedQuery;
          }
        }
        get size() {
          return this._list.length;
        }
        append(name, value) {
          this._list.push([name, value]);
          this._updateSteps();
        }
        delete(name, value) {
          let i = 0;
          while (i < this._list.length) {
            if (this._list[i][0] === name && (value === void 0 || this._list[i][1] === value)) {
              this._list.splice(i, 1);
            } else {
              i++;
            }
          }
          this._updateSteps();
        }
        get(name) {
          for (const tuple of this._list) {
            if (tuple[0] === name) {
              return tuple[1];
            }
          }
          return null;
        }
        getAll(name) {
          const output = [];
          for (const tuple of this._list) {
            if (tuple[0] === name) {
              output.push(tuple[1]);
            }
          }
          return output;
        }
        has(name, value) {
          for (const tuple of this._list) {
            if (tuple[0] === name && (value === void 0 || tuple[1] === value)) {
              return true;
            }
          }
          return false;
        }
        set(name, value) {
          let found = false;
          let i = 0;
          while (i < this._list.length) {
            if (this._list[i][0] === name) {
              if (found) {
                this._list.splice(i, 1);
              } else {
                found = true;
                this._list[i][1] = value;
                i++;
              }
            } else {
              i++;
            }
          }
          if (!found) {
            this._list.push([name, value]);
          }
          this._updateSteps();
        }
        sort() {
          this._list.sort((a, b) => {
            if (a[0] < b[0]) {
              return -1;
            }
            if (a[0] > b[0]) {
              return 1;
            }
            return 0;
          });
          this._updateSteps();
        }
        [Symbol.iterator]() {
          return this._list[Symbol.iterator]();
        }
        toString() {
          return urlencoded.serializeUrlencoded(this._list);
        }
      };
    }
  });

  // ../../../node_modules/whatwg-url/lib/URLSearchParams.js
  var require_URLSearchParams = __commonJS({
    "../../../node_modules/whatwg-url/lib/URLSearchParams.js"(exports) {
      "use strict";
      var conversions = require_lib();
      var utils = require_utils();
      var Function2 = require_Function();
      var newObjectInRealm = utils.newObjectInRealm;
      var ctorRegistrySymbol = utils.ctorRegistrySymbol;
      var interfaceName = "URLSearchParams";
      var $interfaceDescriptor = utils.createInterfaceDescriptor();
      exports.interfaceDescriptor = $interfaceDescriptor;
      function $requireImpl(wrapper, globalObject, context) {
        return utils.requireImplForWrapper(wrapper, $interfaceDescriptor, globalObject, interfaceName, context);
      }
      exports.is = (value) => {
        return utils.implForWrapperWithInterface(value, $interfaceDescriptor) !== null;
      };
      exports.isImpl = (value) => {
        return utils.isObject(value) && value instanceof Impl.implementation;
      };
      exports.convert = (globalObject, value, { context = "The provided value" } = {}) => {
        const impl = utils.implForWrapperWithInterface(value, $interfaceDescriptor);
        if (impl !== null) {
          return impl;
        }
        throw new globalObject.TypeError(`${context} is not of type 'URLSearchParams'.`);
      };
      exports.createDefaultIterator = (globalObject, target, kind) => {
        const ctorRegistry = globalObject[ctorRegistrySymbol];
        const iteratorPrototype = ctorRegistry["URLSearchParams Iterator"];
        const iterator = Object.create(iteratorPrototype);
        Object.defineProperty(iterator, utils.iterInternalSymbol, {
          value: { target, kind, index: 0 },
          configurable: true
        });
        return iterator;
      };
      function makeWrapper(globalObject, newTarget) {
        let proto;
        if (newTarget !== void 0) {
          proto = newTarget.prototype;
        }
        if (!utils.isObject(proto)) {
          proto = globalObject[ctorRegistrySymbol]["URLSearchParams"].prototype;
        }
        return Object.create(proto);
      }
      exports.create = (globalObject, constructorArgs, privateData) => {
        const wrapper = makeWrapper(globalObject);
        return exports.setup(wrapper, globalObject, constructorArgs, privateData);
      };
      exports.createImpl = (globalObject, constructorArgs, privateData) => {
        const wrapper = exports.create(globalObject, constructorArgs, privateData);
        return utils.implForWrapper(wrapper);
      };
      exports._internalSetup = (wrapper, globalObject) => {
      };
      exports.setup = (wrapper, globalObject, constructorArgs = [], privateData = {}) => {
        privateData.wrapper = wrapper;
        exports._internalSetup(wrapper, globalObject);
        const impl = new Impl.implementation(globalObject, constructorArgs, privateData);
        utils.registerWrapper(wrapper, impl, $interfaceDescriptor);
        impl[utils.wrapperSymbol] = wrapper;
        if (Impl.init) {
          Impl.init(impl);
        }
        return wrapper;
      };
      exports.new = (globalObject, newTarget) => {
        const wrapper = makeWrapper(globalObject, newTarget);
        exports._internalSetup(wrapper, globalObject);
        const impl = Object.create(Impl.implementation.prototype);
        utils.registerWrapper(wrapper, impl, $interfaceDescriptor);
        impl[utils.wrapperSymbol] = wrapper;
        if (Impl.init) {
          Impl.init(impl);
        }
        return impl;
      };
      var exposed = /* @__PURE__ */ new Set(["Window", "Worker"]);
      exports.install = (globalObject, globalNames) => {
        if (!globalNames.some((globalName) => exposed.has(globalName))) {
          return;
        }
        const ctorRegistry = utils.initCtorRegistry(globalObject);
        class URLSearchParams2 {
          constructor() {
            const args = [];
            {
              let curArg = arguments[0];
              if (curArg !== void 0) {
                if (utils.isObject(curArg)) {
                  if (utils.getMethod(curArg, Symbol.iterator, "Failed to construct 'URLSearchParams': parameter 1") !== void 0) {
                    if (!utils.isObject(curArg)) {
                      throw new globalObject.TypeError(
                        "Failed to construct 'URLSearchParams': parameter 1 sequence is not an iterable object."
                      );
                    } else {
                      const V = [];
                      const tmp = curArg;
                      for (let nextItem of tmp) {
                        if (!utils.isObject(nextItem)) {
                          throw new globalObject.TypeError(
                            "Failed to construct 'URLSearchParams': parameter 1 sequence's element is not an iterable object."
                          );
                        } else {
                          const V2 = [];
                          const tmp2 = nextItem;
                          for (let nextItem2 of tmp2) {
                            nextItem2 = conversions["USVString"](nextItem2, {
                              context: "Failed to construct 'URLSearchParams': parameter 1 sequence's element's element",
                              globals: globalObject
                            });
                            V2.push(nextItem2);
                          }
                          nextItem = V2;
                        }
                        V.push(nextItem);
                      }
                      curArg = V;
                    }
                  } else {
                    if (!utils.isObject(curArg)) {
                      throw new globalObject.TypeError(
                        "Failed to construct 'URLSearchParams': parameter 1 record is not an object."
                      );
                    } else {
                      const result = /* @__PURE__ */ Object.create(null);
                      for (const key of Reflect.ownKeys(curArg)) {
                        const desc = Object.getOwnPropertyDescriptor(curArg, key);
                        if (desc && desc.enumerable) {
                          let typedKey = key;
                          typedKey = conversions["USVString"](typedKey, {
                            context: "Failed to construct 'URLSearchParams': parameter 1 record's key",
                            globals: globalObject
                          });
                          let typedValue = curArg[key];
                          typedValue = conversions["USVString"](typedValue, {
                            context: "Failed to construct 'URLSearchParams': parameter 1 record's value",
                            globals: globalObject
                          });
                          result[typedKey] = typedValue;
                        }
                      }
                      curArg = result;
                    }
                  }
                } else {
                  curArg = conversions["USVString"](curArg, {
                    context: "Failed to construct 'URLSearchParams': parameter 1",
                    globals: globalObject
                  });
                }
              } else {
                curArg = "";
              }
              args.push(curArg);
            }
            return exports.setup(Object.create(new.target.prototype), globalObject, args);
          }
          append(name, value) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "append");
            if (arguments.length < 2) {
              throw new globalObject.TypeError(
                `Failed to execute 'append' on 'URLSearchParams': 2 arguments required, but only ${arguments.length} present.`
              );
            }
            const args = [];
            {
              let curArg = arguments[0];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'append' on 'URLSearchParams': parameter 1",
                globals: globalObject
              });
              args.push(curArg);
            }
            {
              let curArg = arguments[1];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'append' on 'URLSearchParams': parameter 2",
                globals: globalObject
              });
              args.push(curArg);
            }
            return utils.tryWrapperForImpl($impl.append(...args));
          }
          delete(name) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "delete");
            if (arguments.length < 1) {
              throw new globalObject.TypeError(
                `Failed to execute 'delete' on 'URLSearchParams': 1 argument required, but only ${arguments.length} present.`
              );
            }
            const args = [];
            {
              let curArg = arguments[0];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'delete' on 'URLSearchParams': parameter 1",
                globals: globalObject
              });
              args.push(curArg);
            }
            {
              let curArg = arguments[1];
              if (curArg !== void 0) {
                curArg = conversions["USVString"](curArg, {
                  context: "Failed to execute 'delete' on 'URLSearchParams': parameter 2",
                  globals: globalObject
                });
              }
              args.push(curArg);
            }
            return utils.tryWrapperForImpl($impl.delete(...args));
          }
          get(name) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get");
            if (arguments.length < 1) {
              throw new globalObject.TypeError(
                `Failed to execute 'get' on 'URLSearchParams': 1 argument required, but only ${arguments.length} present.`
              );
            }
            const args = [];
            {
              let curArg = arguments[0];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'get' on 'URLSearchParams': parameter 1",
                globals: globalObject
              });
              args.push(curArg);
            }
            return $impl.get(...args);
          }
          getAll(name) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "getAll");
            if (arguments.length < 1) {
              throw new globalObject.TypeError(
                `Failed to execute 'getAll' on 'URLSearchParams': 1 argument required, but only ${arguments.length} present.`
              );
            }
            const args = [];
            {
              let curArg = arguments[0];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'getAll' on 'URLSearchParams': parameter 1",
                globals: globalObject
              });
              args.push(curArg);
            }
            return utils.tryWrapperForImpl($impl.getAll(...args));
          }
          has(name) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "has");
            if (arguments.length < 1) {
              throw new globalObject.TypeError(
                `Failed to execute 'has' on 'URLSearchParams': 1 argument required, but only ${arguments.length} present.`
              );
            }
            const args = [];
            {
              let curArg = arguments[0];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'has' on 'URLSearchParams': parameter 1",
                globals: globalObject
              });
              args.push(curArg);
            }
            {
              let curArg = arguments[1];
              if (curArg !== void 0) {
                curArg = conversions["USVString"](curArg, {
                  context: "Failed to execute 'has' on 'URLSearchParams': parameter 2",
                  globals: globalObject
                });
              }
              args.push(curArg);
            }
            return $impl.has(...args);
          }
          set(name, value) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set");
            if (arguments.length < 2) {
              throw new globalObject.TypeError(
                `Failed to execute 'set' on 'URLSearchParams': 2 arguments required, but only ${arguments.length} present.`
              );
            }
            const args = [];
            {
              let curArg = arguments[0];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'set' on 'URLSearchParams': parameter 1",
                globals: globalObject
              });
              args.push(curArg);
            }
            {
              let curArg = arguments[1];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'set' on 'URLSearchParams': parameter 2",
                globals: globalObject
              });
              args.push(curArg);
            }
            return utils.tryWrapperForImpl($impl.set(...args));
          }
          sort() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "sort");
            return utils.tryWrapperForImpl($impl.sort());
          }
          toString() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "toString");
            return $impl.toString();
          }
          keys() {
            const $impl = $requireImpl(this, globalObject, "keys");
            return exports.createDefaultIterator(globalObject, $impl, "key");
          }
          values() {
            const $impl = $requireImpl(this, globalObject, "values");
            return exports.createDefaultIterator(globalObject, $impl, "value");
          }
          entries() {
            const $impl = $requireImpl(this, globalObject, "entries");
            return exports.createDefaultIterator(globalObject, $impl, "key+value");
          }
          forEach(callback) {
            const $impl = $requireImpl(this, globalObject, "forEach");
            if (arguments.length < 1) {
              throw new globalObject.TypeError(
                "Failed to execute 'forEach' on 'iterable': 1 argument required, but only 0 present."
              );
            }
            callback = Function2.convert(globalObject, callback, {
              context: "Failed to execute 'forEach' on 'iterable': The callback provided as parameter 1"
            });
            const thisArg = arguments[1];
            let pairs = Array.from($impl);
            let i = 0;
            while (i < pairs.length) {
              const [key, value] = pairs[i].map(utils.tryWrapperForImpl);
              callback.call(thisArg, value, key, this);
              pairs = Array.from($impl);
              i++;
            }
          }
          get size() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get size");
            return $impl["size"];
          }
        }
        Object.defineProperties(URLSearchParams2.prototype, {
          append: { enumerable: true },
          delete: { enumerable: true },
          get: { enumerable: true },
          getAll: { enumerable: true },
          has: { enumerable: true },
          set: { enumerable: true },
          sort: { enumerable: true },
          toString: { enumerable: true },
          keys: { enumerable: true },
          values: { enumerable: true },
          entries: { enumerable: true },
          forEach: { enumerable: true },
          size: { enumerable: true },
          [Symbol.toStringTag]: { value: "URLSearchParams", configurable: true },
          [Symbol.iterator]: { value: URLSearchParams2.prototype.entries, configurable: true, writable: true }
        });
        ctorRegistry[interfaceName] = URLSearchParams2;
        ctorRegistry["URLSearchParams Iterator"] = Object.create(ctorRegistry["%IteratorPrototype%"], {
          [Symbol.toStringTag]: {
            configurable: true,
            value: "URLSearchParams Iterator"
          }
        });
        utils.define(ctorRegistry["URLSearchParams Iterator"], {
          next() {
            const internal = this && this[utils.iterInternalSymbol];
            if (!internal) {
              throw new globalObject.TypeError("next() called on a value that is not a URLSearchParams iterator object");
            }
            const { target, kind, index } = internal;
            const values = Array.from(target);
            const len = values.length;
            if (index >= len) {
              return newObjectInRealm(globalObject, { value: void 0, done: true });
            }
            const pair = values[index];
            internal.index = index + 1;
            return newObjectInRealm(globalObject, utils.iteratorResult(pair.map(utils.tryWrapperForImpl), kind));
          }
        });
        Object.defineProperty(globalObject, interfaceName, {
          configurable: true,
          writable: true,
          value: URLSearchParams2
        });
      };
      var Impl = require_URLSearchParams_impl();
    }
  });

  // ../../../node_modules/whatwg-url/lib/URL-impl.js
  var require_URL_impl = __commonJS({
    "../../../node_modules/whatwg-url/lib/URL-impl.js"(exports) {
      "use strict";
      var usm = require_url_state_machine();
      var urlencoded = require_urlencoded();
      var URLSearchParams2 = require_URLSearchParams();
      var URL2 = require_URL();
      exports.implementation = class URLImpl {
        // Unlike the spec, we duplicate some code between the constructor and canParse, because we want to give useful error
        // messages in the constructor that distinguish between the different causes of failure.
        constructor(globalObject, [url, base]) {
          let parsedBase = null;
          if (base !== void 0) {
            parsedBase = usm.basicURLParse(base);
            if (parsedBase === null) {
              throw new TypeError(`Invalid base URL: ${base}`);
            }
          }
          const parsedURL = usm.basicURLParse(url, { baseURL: parsedBase });
          if (parsedURL === null) {
            throw new TypeError(`Invalid URL: ${url}`);
          }
          const query = parsedURL.query !== null ? parsedURL.query : "";
          this._url = parsedURL;
          this._query = URLSearchParams2.createImpl(globalObject, [query], { doNotStripQMark: true });
          this._query._url = this;
        }
        static parse(globalObject, input, base) {
          try {
            return URL2.createImpl(globalObject, [input, base]);
          } catch {
            return null;
          }
        }
        static canParse(url, base) {
          let parsedBase = null;
          if (base !== void 0) {
            parsedBase = usm.basicURLParse(base);
            if (parsedBase === null) {
              return false;
            }
          }
          const parsedURL = usm.basicURLParse(url, { baseURL: parsedBase });
          if (parsedURL === null) {
            return false;
          }
          return true;
        }
        get href() {
          return usm.serializeURL(this._url);
        }
        set href(v) {
          const parsedURL = usm.basicURLParse(v);
          if (parsedURL === null) {
            throw new TypeError(`Invalid URL: ${v}`);
          }
          this._url = parsedURL;
          this._query._list.splice(0);
          const { query } = parsedURL;
          if (query !== null) {
            this._query._list = urlencoded.parseUrlencodedString(query);
          }
        }
        get origin() {
          return usm.serializeURLOrigin(this._url);
        }
        get protocol() {
          return `${this._url.scheme}:`;
        }
        set protocol(v) {
          usm.basicURLParse(`${v}:`, { url: this._url, stateOverride: "scheme start" });
        }
        get username() {
          return this._url.username;
        }
        set username(v) {
          if (usm.cannotHaveAUsernamePasswordPort(this._url)) {
            return;
          }
          usm.setTheUsername(this._url, v);
        }
        get password() {
          return this._url.password;
        }
        set password(v) {
          if (usm.cannotHaveAUsernamePasswordPort(this._url)) {
            return;
          }
          usm.setThePassword(this._url, v);
        }
        get host() {
          const url = this._url;
          if (url.host === null) {
            return "";
          }
          if (url.port === null) {
            return usm.serializeHost(url.host);
          }
          return `${usm.serializeHost(url.host)}:${usm.serializeInteger(url.port)}`;
        }
        set host(v) {
          if (usm.hasAnOpaquePath(this._url)) {
            return;
          }
          usm.basicURLParse(v, { url: this._url, stateOverride: "host" });
        }
        get hostname() {
          if (this._url.host === null) {
            return "";
          }
          return usm.serializeHost(this._url.host);
        }
        set hostname(v) {
          if (usm.hasAnOpaquePath(this._url)) {
            return;
          }
          usm.basicURLParse(v, { url: this._url, stateOverride: "hostname" });
        }
        get port() {
          if (this._url.port === null) {
            return "";
          }
          return usm.serializeInteger(this._url.port);
        }
        set port(v) {
          if (usm.cannotHaveAUsernamePasswordPort(this._url)) {
            return;
          }
          if (v === "") {
            this._url.port = null;
          } else {
            usm.basicURLParse(v, { url: this._url, stateOverride: "port" });
          }
        }
        get pathname() {
          return usm.serializePath(this._url);
        }
        set pathname(v) {
          if (usm.hasAnOpaquePath(this._url)) {
            return;
          }
          this._url.path = [];
          usm.basicURLParse(v, { url: this._url, stateOverride: "path start" });
        }
        get search() {
          if (this._url.query === null || this._url.query === "") {
            return "";
          }
          return `?${this._url.query}`;
        }
        set search(v) {
          const url = this._url;
          if (v === "") {
            url.query = null;
            this._query._list = [];
            return;
          }
          const input = v[0] === "?" ? v.substring(1) : v;
          url.query = "";
          usm.basicURLParse(input, { url, stateOverride: "query" });
          this._query._list = urlencoded.parseUrlencodedString(url.query);
        }
        get searchParams() {
          return this._query;
        }
        get hash() {
          if (this._url.fragment === null || this._url.fragment === "") {
            return "";
          }
          return `#${this._url.fragment}`;
        }
        set hash(v) {
          if (v === "") {
            this._url.fragment = null;
            return;
          }
          const input = v[0] === "#" ? v.substring(1) : v;
          this._url.fragment = "";
          usm.basicURLParse(input, { url: this._url, stateOverride: "fragment" });
        }
        toJSON() {
          return this.href;
        }
      };
    }
  });

  // ../../../node_modules/whatwg-url/lib/URL.js
  var require_URL = __commonJS({
    "../../../node_modules/whatwg-url/lib/URL.js"(exports) {
      "use strict";
      var conversions = require_lib();
      var utils = require_utils();
      var ctorRegistrySymbol = utils.ctorRegistrySymbol;
      var interfaceName = "URL";
      var $interfaceDescriptor = utils.createInterfaceDescriptor();
      exports.interfaceDescriptor = $interfaceDescriptor;
      function $requireImpl(wrapper, globalObject, context) {
        return utils.requireImplForWrapper(wrapper, $interfaceDescriptor, globalObject, interfaceName, context);
      }
      exports.is = (value) => {
        return utils.implForWrapperWithInterface(value, $interfaceDescriptor) !== null;
      };
      exports.isImpl = (value) => {
        return utils.isObject(value) && value instanceof Impl.implementation;
      };
      exports.convert = (globalObject, value, { context = "The provided value" } = {}) => {
        const impl = utils.implForWrapperWithInterface(value, $interfaceDescriptor);
        if (impl !== null) {
          return impl;
        }
        throw new globalObject.TypeError(`${context} is not of type 'URL'.`);
      };
      function makeWrapper(globalObject, newTarget) {
        let proto;
        if (newTarget !== void 0) {
          proto = newTarget.prototype;
        }
        if (!utils.isObject(proto)) {
          proto = globalObject[ctorRegistrySymbol]["URL"].prototype;
        }
        return Object.create(proto);
      }
      exports.create = (globalObject, constructorArgs, privateData) => {
        const wrapper = makeWrapper(globalObject);
        return exports.setup(wrapper, globalObject, constructorArgs, privateData);
      };
      exports.createImpl = (globalObject, constructorArgs, privateData) => {
        const wrapper = exports.create(globalObject, constructorArgs, privateData);
        return utils.implForWrapper(wrapper);
      };
      exports._internalSetup = (wrapper, globalObject) => {
      };
      exports.setup = (wrapper, globalObject, constructorArgs = [], privateData = {}) => {
        privateData.wrapper = wrapper;
        exports._internalSetup(wrapper, globalObject);
        const impl = new Impl.implementation(globalObject, constructorArgs, privateData);
        utils.registerWrapper(wrapper, impl, $interfaceDescriptor);
        impl[utils.wrapperSymbol] = wrapper;
        if (Impl.init) {
          Impl.init(impl);
        }
        return wrapper;
      };
      exports.new = (globalObject, newTarget) => {
        const wrapper = makeWrapper(globalObject, newTarget);
        exports._internalSetup(wrapper, globalObject);
        const impl = Object.create(Impl.implementation.prototype);
        utils.registerWrapper(wrapper, impl, $interfaceDescriptor);
        impl[utils.wrapperSymbol] = wrapper;
        if (Impl.init) {
          Impl.init(impl);
        }
        return impl;
      };
      var exposed = /* @__PURE__ */ new Set(["Window", "Worker"]);
      exports.install = (globalObject, globalNames) => {
        if (!globalNames.some((globalName) => exposed.has(globalName))) {
          return;
        }
        const ctorRegistry = utils.initCtorRegistry(globalObject);
        class URL2 {
          constructor(url) {
            if (arguments.length < 1) {
              throw new globalObject.TypeError(
                `Failed to construct 'URL': 1 argument required, but only ${arguments.length} present.`
              );
            }
            const args = [];
            {
              let curArg = arguments[0];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to construct 'URL': parameter 1",
                globals: globalObject
              });
              args.push(curArg);
            }
            {
              let curArg = arguments[1];
              if (curArg !== void 0) {
                curArg = conversions["USVString"](curArg, {
                  context: "Failed to construct 'URL': parameter 2",
                  globals: globalObject
                });
              }
              args.push(curArg);
            }
            return exports.setup(Object.create(new.target.prototype), globalObject, args);
          }
          toJSON() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "toJSON");
            return $impl.toJSON();
          }
          get href() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get href");
            return $impl["href"];
          }
          set href(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set href");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'href' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["href"] = V;
          }
          toString() {
            const $impl = $requireImpl(this, globalObject, "toString");
            return $impl["href"];
          }
          get origin() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get origin");
            return $impl["origin"];
          }
          get protocol() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get protocol");
            return $impl["protocol"];
          }
          set protocol(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set protocol");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'protocol' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["protocol"] = V;
          }
          get username() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get username");
            return $impl["username"];
          }
          set username(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set username");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'username' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["username"] = V;
          }
          get password() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get password");
            return $impl["password"];
          }
          set password(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set password");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'password' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["password"] = V;
          }
          get host() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get host");
            return $impl["host"];
          }
          set host(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set host");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'host' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["host"] = V;
          }
          get hostname() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get hostname");
            return $impl["hostname"];
          }
          set hostname(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set hostname");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'hostname' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["hostname"] = V;
          }
          get port() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get port");
            return $impl["port"];
          }
          set port(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set port");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'port' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["port"] = V;
          }
          get pathname() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get pathname");
            return $impl["pathname"];
          }
          set pathname(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set pathname");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'pathname' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["pathname"] = V;
          }
          get search() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get search");
            return $impl["search"];
          }
          set search(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set search");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'search' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["search"] = V;
          }
          get searchParams() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get searchParams");
            return utils.getSameObject(this, "searchParams", () => {
              return utils.tryWrapperForImpl($impl["searchParams"]);
            });
          }
          get hash() {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "get hash");
            return $impl["hash"];
          }
          set hash(V) {
            const $impl = $requireImpl(this ?? globalObject, globalObject, "set hash");
            V = conversions["USVString"](V, {
              context: "Failed to set the 'hash' property on 'URL': The provided value",
              globals: globalObject
            });
            $impl["hash"] = V;
          }
          static parse(url) {
            if (arguments.length < 1) {
              throw new globalObject.TypeError(
                `Failed to execute 'parse' on 'URL': 1 argument required, but only ${arguments.length} present.`
              );
            }
            const args = [];
            {
              let curArg = arguments[0];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'parse' on 'URL': parameter 1",
                globals: globalObject
              });
              args.push(curArg);
            }
            {
              let curArg = arguments[1];
              if (curArg !== void 0) {
                curArg = conversions["USVString"](curArg, {
                  context: "Failed to execute 'parse' on 'URL': parameter 2",
                  globals: globalObject
                });
              }
              args.push(curArg);
            }
            return utils.tryWrapperForImpl(Impl.implementation.parse(globalObject, ...args));
          }
          static canParse(url) {
            if (arguments.length < 1) {
              throw new globalObject.TypeError(
                `Failed to execute 'canParse' on 'URL': 1 argument required, but only ${arguments.length} present.`
              );
            }
            const args = [];
            {
              let curArg = arguments[0];
              curArg = conversions["USVString"](curArg, {
                context: "Failed to execute 'canParse' on 'URL': parameter 1",
                globals: globalObject
              });
              args.push(curArg);
            }
            {
              let curArg = arguments[1];
              if (curArg !== void 0) {
                curArg = conversions["USVString"](curArg, {
                  context: "Failed to execute 'canParse' on 'URL': parameter 2",
                  globals: globalObject
                });
              }
              args.push(curArg);
            }
            return Impl.implementation.canParse(...args);
          }
        }
        Object.defineProperties(URL2.prototype, {
          toJSON: { enumerable: true },
          href: { enumerable: true },
          toString: { enumerable: true },
          origin: { enumerable: true },
          protocol: { enumerable: true },
          username: { enumerable: true },
          password: { enumerable: true },
          host: { enumerable: true },
          hostname: { enumerable: true },
          port: { enumerable: true },
          pathname: { enumerable: true },
          search: { enumerable: true },
          searchParams: { enumerable: true },
          hash: { enumerable: true },
          [Symbol.toStringTag]: { value: "URL", configurable: true }
        });
        Object.defineProperties(URL2, { parse: { enumerable: true }, canParse: { enumerable: true } });
        ctorRegistry[interfaceName] = URL2;
        Object.defineProperty(globalObject, interfaceName, {
          configurable: true,
          writable: true,
          value: URL2
        });
        if (globalNames.includes("Window")) {
          Object.defineProperty(globalObject, "webkitURL", {
            configurable: true,
            writable: true,
            value: URL2
          });
        }
      };
      var Impl = require_URL_impl();
    }
  });

  // urls.entry.js
  var urls_entry_exports = {};
  __export(urls_entry_exports, {
    URL: () => URL,
    URLSearchParams: () => URLSearchParams
  });
  var import_URL = __toESM(require_URL(), 1);
  var import_URLSearchParams = __toESM(require_URLSearchParams(), 1);
  var holder = { Array, Object, Promise, String, TypeError };
  import_URL.default.install(holder, ["Window"]);
  import_URLSearchParams.default.install(holder, ["Window"]);
  var { URL, URLSearchParams } = holder;
  return __toCommonJS(urls_entry_exports);
})();
return library
})
