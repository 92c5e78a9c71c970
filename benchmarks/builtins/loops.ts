/** What the loops work on, made anew for each. */
const SETUP = `
const text = 'The quick brown fox jumps over the lazy dog', word = 'fox'
const numbers = [5, 3, 8, 1, 9, 2, 7, 4], scratch = [3, 1, 2]
const bytes = new Uint8Array([5, 3, 8, 1, 9, 2, 7, 4]), floats = new Float64Array([0.5, 3, 8, 1])
const map = new Map(numbers.map((number) => [number, text])), set = new Set(numbers), other = new Set([1, 2, 99])
const vowel = /[aeiou]/, vowels = /[aeiou]/g, record = { id: 1, name: 'fox', tags: ['a', 'b'] }, json = JSON.stringify(record)
const even = (number) => number % 2 === 0, add = (sum, number) => sum + number, ascending = (a, b) => a - b`

type Expressions = Readonly<Record<string, string>>

/** An expression for each method, by its object: `i` counts, and what the expression gives is kept alive. */
const LOOPS: Readonly<Record<string, Expressions>> = {
  'String.prototype': {
    anchor: 'word.anchor("a")',
    at: 'text.at(i % 40)',
    big: 'word.big()',
    blink: 'word.blink()',
    bold: 'word.bold()',
    charAt: 'text.charAt(i % 40)',
    charCodeAt: 'text.charCodeAt(i % 40)',
    codePointAt: 'text.codePointAt(i % 40)',
    concat: 'word.concat("es")',
    endsWith: 'text.endsWith("dog")',
    fixed: 'word.fixed()',
    fontcolor: 'word.fontcolor("red")',
    fontsize: 'word.fontsize(1)',
    includes: 'text.includes(word)',
    indexOf: 'text.indexOf(word)',
    isWellFormed: 'text.isWellFormed()',
    italics: 'word.italics()',
    lastIndexOf: 'text.lastIndexOf(word)',
    link: 'word.link("a")',
    localeCompare: 'text.localeCompare(word)',
    match: 'text.match(vowel)',
    matchAll: 'text.matchAll(vowels)',
    normalize: 'word.normalize()',
    padEnd: 'word.padEnd(10)',
    padStart: 'word.padStart(10)',
    repeat: 'word.repeat(3)',
    replace: 'text.replace(word, "cat")',
    replaceAll: 'text.replaceAll("o", "0")',
    search: 'text.search(vowel)',
    slice: 'text.slice(i % 20, 30)',
    small: 'word.small()',
    split: 'text.split(" ")',
    startsWith: 'text.startsWith("The")',
    strike: 'word.strike()',
    sub: 'word.sub()',
    substr: 'text.substr(i % 20, 10)',
    substring: 'text.substring(i % 20, 30)',
    sup: 'word.sup()',
    toLocaleLowerCase: 'text.toLocaleLowerCase()',
    toLocaleUpperCase: 'text.toLocaleUpperCase()',
    toLowerCase: 'text.toLowerCase()',
    toString: 'text.toString()',
    toUpperCase: 'text.toUpperCase()',
    toWellFormed: 'text.toWellFormed()',
    trim: 'text.trim()',
    trimEnd: 'text.trimEnd()',
    trimLeft: 'text.trimLeft()',
    trimRight: 'text.trimRight()',
    trimStart: 'text.trimStart()',
    valueOf: 'text.valueOf()',
  },
  String: {
    fromCharCode: 'String.fromCharCode(97 + (i % 26))',
    fromCodePoint: 'String.fromCodePoint(97 + (i % 26))',
    raw: 'String.raw`a${i}b`',
  },
  'Array.prototype': {
    at: 'numbers.at(i % 8)',
    concat: 'numbers.concat(scratch)',
    copyWithin: 'scratch.copyWithin(0, 1)',
    entries: 'numbers.entries().next()',
    every: 'numbers.every(even)',
    fill: 'scratch.fill(i)',
    filter: 'numbers.filter(even)',
    find: 'numbers.find(even)',
    findIndex: 'numbers.findIndex(even)',
    findLast: 'numbers.findLast(even)',
    findLastIndex: 'numbers.findLastIndex(even)',
    flat: 'numbers.flat()',
    flatMap: 'numbers.flatMap(even)',
    forEach: 'numbers.forEach(even)',
    includes: 'numbers.includes(i % 8)',
    indexOf: 'numbers.indexOf(i % 8)',
    join: 'numbers.join()',
    keys: 'numbers.keys().next()',
    lastIndexOf: 'numbers.lastIndexOf(i % 8)',
    map: 'numbers.map(even)',
    pop: '(scratch.length = 3, scratch.pop())',
    push: '(scratch.length = 3, scratch.push(i))',
    reduce: 'numbers.reduce(add, 0)',
    reduceRight: 'numbers.reduceRight(add, 0)',
    reverse: 'scratch.reverse()',
    shift: '(scratch.length = 3, scratch.shift())',
    slice: 'numbers.slice(1, 4)',
    some: 'numbers.some(even)',
    sort: '(scratch[i % 3] = i, scratch.sort(ascending))',
    splice: '(scratch.length = 3, scratch.splice(1, 1, i))',
    toLocaleString: 'scratch.toLocaleString()',
    toReversed: 'numbers.toReversed()',
    toSorted: 'numbers.toSorted(ascending)',
    toSpliced: 'numbers.toSpliced(1, 1)',
    toString: 'numbers.toString()',
    unshift: '(scratch.length = 3, scratch.unshift(i))',
    values: 'numbers.values().next()',
    with: 'numbers.with(1, i)',
  },
  Array: {
    from: 'Array.from(set)',
    fromAsync: 'Array.fromAsync([])',
    isArray: 'Array.isArray(numbers)',
    of: 'Array.of(1, 2, i)',
  },
  'Map.prototype': {
    clear: '(map.size > 100 && map.clear())',
    delete: 'map.delete(i % 16)',
    entries: 'map.entries().next()',
    forEach: 'map.forEach(even)',
    get: 'map.get(i % 8)',
    getOrInsert: 'map.getOrInsert(i % 8, 1)',
    getOrInsertComputed: 'map.getOrInsertComputed(i % 8, even)',
    has: 'map.has(i % 8)',
    keys: 'map.keys().next()',
    set: 'map.set(i % 100, i)',
    values: 'map.values().next()',
  },
  Map: { groupBy: 'Map.groupBy(numbers, even)' },
  'Set.prototype': {
    add: 'set.add(i % 100)',
    clear: '(set.size > 100 && set.clear())',
    delete: 'set.delete(i % 16)',
    difference: 'set.difference(other)',
    entries: 'set.entries().next()',
    forEach: 'set.forEach(even)',
    has: 'set.has(i % 8)',
    intersection: 'set.intersection(other)',
    isDisjointFrom: 'set.isDisjointFrom(other)',
    isSubsetOf: 'set.isSubsetOf(other)',
    isSupersetOf: 'set.isSupersetOf(other)',
    keys: 'set.keys().next()',
    symmetricDifference: 'set.symmetricDifference(other)',
    union: 'set.union(other)',
    values: 'set.values().next()',
  },
  Math: {
    abs: 'Math.abs(-i)',
    acos: 'Math.acos(i % 1)',
    acosh: 'Math.acosh(i)',
    asin: 'Math.asin(i % 1)',
    asinh: 'Math.asinh(i)',
    atan: 'Math.atan(i)',
    atan2: 'Math.atan2(i, 2)',
    atanh: 'Math.atanh(i % 1)',
    cbrt: 'Math.cbrt(i)',
    ceil: 'Math.ceil(i / 3)',
    clz32: 'Math.clz32(i)',
    cos: 'Math.cos(i)',
    cosh: 'Math.cosh(i % 9)',
    exp: 'Math.exp(i % 9)',
    expm1: 'Math.expm1(i % 9)',
    f16round: 'Math.f16round(i)',
    floor: 'Math.floor(i / 3)',
    fround: 'Math.fround(i)',
    hypot: 'Math.hypot(i, 3)',
    imul: 'Math.imul(i, 3)',
    log: 'Math.log(i)',
    log10: 'Math.log10(i)',
    log1p: 'Math.log1p(i)',
    log2: 'Math.log2(i)',
    max: 'Math.max(i, 50)',
    min: 'Math.min(i, 50)',
    pow: 'Math.pow(i, 2)',
    random: 'Math.random()',
    round: 'Math.round(i / 3)',
    sign: 'Math.sign(i)',
    sin: 'Math.sin(i)',
    sinh: 'Math.sinh(i % 9)',
    sqrt: 'Math.sqrt(i)',
    tan: 'Math.tan(i)',
    tanh: 'Math.tanh(i % 9)',
    trunc: 'Math.trunc(i / 3)',
  },
  'RegExp.prototype': {
    compile: '/a/.compile("b")',
    exec: 'vowel.exec(text)',
    test: 'vowel.test(text)',
    toString: 'vowel.toString()',
  },
  RegExp: { escape: 'RegExp.escape(word)' },
  JSON: {
    isRawJSON: 'JSON.isRawJSON(record)',
    parse: 'JSON.parse(json)',
    rawJSON: 'JSON.rawJSON(1)',
    stringify: 'JSON.stringify(record)',
  },
  '%TypedArray%.prototype': {
    at: 'bytes.at(i % 8)',
    copyWithin: 'bytes.copyWithin(0, 1)',
    entries: 'bytes.entries().next()',
    every: 'bytes.every(even)',
    fill: 'bytes.fill(i)',
    filter: 'bytes.filter(even)',
    find: 'bytes.find(even)',
    findIndex: 'bytes.findIndex(even)',
    findLast: 'bytes.findLast(even)',
    findLastIndex: 'bytes.findLastIndex(even)',
    forEach: 'bytes.forEach(even)',
    includes: 'bytes.includes(i % 8)',
    indexOf: 'bytes.indexOf(i % 8)',
    join: 'bytes.join()',
    keys: 'bytes.keys().next()',
    lastIndexOf: 'bytes.lastIndexOf(i % 8)',
    map: 'bytes.map(even)',
    reduce: 'bytes.reduce(add, 0)',
    reduceRight: 'bytes.reduceRight(add, 0)',
    reverse: 'bytes.reverse()',
    set: 'bytes.set(scratch)',
    slice: 'bytes.slice(1, 4)',
    some: 'bytes.some(even)',
    sort: 'floats.sort()',
    subarray: 'bytes.subarray(1, 4)',
    toLocaleString: 'floats.toLocaleString()',
    toReversed: 'bytes.toReversed()',
    toSorted: 'bytes.toSorted()',
    toString: 'bytes.toString()',
    values: 'bytes.values().next()',
    with: 'bytes.with(1, 2)',
  },
  '%TypedArray%': { from: 'Uint8Array.from(numbers)', of: 'Uint8Array.of(1, 2, 3)' },
  'Uint8Array.prototype': {
    setFromBase64: 'bytes.setFromBase64("AAAA")',
    setFromHex: 'bytes.setFromHex("00ff")',
    toBase64: 'bytes.toBase64()',
    toHex: 'bytes.toHex()',
  },
  Uint8Array: { fromBase64: 'Uint8Array.fromBase64("AAAA")', fromHex: 'Uint8Array.fromHex("00ff")' },
}

/** The names of all loops, as in `Math.floor`. */
export const NAMES: readonly string[] = Object.entries(LOOPS).flatMap(([object, expressions]) =>
  Object.keys(expressions).map((method) => `${object}.${method}`),
)

/** How often a loop goes round: few times, so that V8 optimizes all of it between two calls and not within one. */
export const ROUNDS = 100

/** The text of a function that takes how many rounds to go. */
export function loopOf(name: string): string {
  const dot = name.lastIndexOf('.')
  const expression = LOOPS[name.slice(0, dot)]?.[name.slice(dot + 1)]
  if (expression === undefined) throw new RangeError(`There is no loop "${name}"`)
  return `(() => {${SETUP}
  let kept
  return (rounds) => { for (let i = 0; i < rounds; i++) kept = ${expression}; return kept }
})()`
}

/** An expression that lists the methods of a realm for which there is no loop. */
export const MISSING = `(() => {
  const loops = ${JSON.stringify(LOOPS)}
  const typed = Object.getPrototypeOf(Uint8Array)
  const objects = { '%TypedArray%': typed, '%TypedArray%.prototype': typed.prototype }
  for (const name of ['String', 'Array', 'Map', 'Set', 'RegExp', 'Uint8Array'])
    Object.assign(objects, { [name]: globalThis[name], [name + '.prototype']: globalThis[name].prototype })
  Object.assign(objects, { Math, JSON })
  const missing = []
  for (const [name, object] of Object.entries(objects))
    for (const key of Object.getOwnPropertyNames(object)) {
      const getter = Object.getOwnPropertyDescriptor(object, key).get
      if (key === 'constructor' || key === 'prototype' || (getter && !('originalValue' in getter))) continue
      if (typeof object[key] === 'function' && !loops[name]?.[key]) missing.push(name + '.' + key)
    }
  return missing
})()`
