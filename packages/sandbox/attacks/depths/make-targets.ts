import type { SweepOptions } from './make-depths.ts'

/** A function, and how it is called. */
export interface Target {
  readonly path: string
  readonly act: () => unknown
}

/**
 * Makes what collects the functions that a guest can reach. Its text runs as the guest module `/targets.js`.
 */
export function makeTargets() {
  const { apply, construct, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect
  const { Promise: OwnPromise } = globalThis

  /** These call listeners, and what a listener throws, be it for want of stack, fails the run. */
  const DISPATCHING = /dispatchEvent|[aA]bort/
  /** These would change what later calls work with, or never return. */
  const LEFT_OUT = /__proto__|__define|constructor|\.(caller|callee|arguments)\b|Atomics\.(wait|pause)/
  const MAX_DEPTH = 4
  const nothing = (): void => {}
  const importing = (specifier: unknown): Promise<unknown> => import(specifier as string)

  function listsOf(path: string): (() => unknown[])[] {
    if (/dispatchEvent/.test(path)) return [() => [new Event('x')], () => [{}]]
    if (/getRandomValues/.test(path))
      return [() => [new Uint8Array(8)], () => [new Uint8Array(600)], () => [{}]]
    if (/require/.test(path))
      return [() => ['./lib.js'], () => ['./none'], () => ['./thrower.js'], () => [{}]]
    if (/reportProgress|log|warn|debug|error|info/.test(path))
      return [() => [1], () => ['%s', {}], () => [[{ a: [] }]]]
    if (/structuredClone|stringify/.test(path)) return [() => [{ a: [new Map([[1, {}]])] }], () => [nothing]]
    return [() => [], () => [nothing, 1], () => ['a', {}], () => [[1], nothing]]
  }

  function instances(): Record<string, unknown> {
    const controller = new AbortController()
    const target = new EventTarget()
    target.addEventListener('x', nothing)
    const url = new URL('https://user:word@example.org:81/path?a=1#hash')
    return {
      console,
      performance,
      crypto,
      controller,
      signal: controller.signal,
      any: AbortSignal.any([controller.signal]),
      target,
      event: new CustomEvent('x', { detail: {} }),
      url,
      params: url.searchParams,
      encoder: new TextEncoder(),
      decoder: new TextDecoder(),
      exception: new DOMException('x', 'AbortError'),
      timeout: setTimeout(nothing, 1),
      immediate: setImmediate(nothing),
    }
  }

  /** What syntax calls, and what the engine calls while guest code runs. */
  const SYNTAX: Readonly<Record<string, () => unknown>> = {
    'syntax stack': () => new Error('x').stack,
    'syntax captured stack': () => {
      const holder = { stack: '' }
      Error.captureStackTrace(holder)
      return holder.stack
    },
    'syntax prepared stack': () => {
      const got: unknown[] = []
      const own = Error as { prepareStackTrace?: unknown }
      own.prepareStackTrace = (...args: unknown[]): void => {
        got[got.length] = args
      }
      try {
        void new Error('x').stack
      } finally {
        own.prepareStackTrace = undefined
      }
      return got[0]
    },
    'syntax import': () => importing('none'),
    'syntax import of no text': () => importing({}),
    'syntax rejection': () => void OwnPromise.reject(new Error('x')),
    'syntax async': () => (async () => await OwnPromise.resolve())(),
    'syntax async generator': () => (async function* () {})().next(),
    'syntax class': () => new (class extends Error {})(),
    'syntax template': () => ((strings: TemplateStringsArray, ..._values: unknown[]) => strings)`x${1}`,
    'syntax regular expression': () => /(a)(?<b>b)/.exec('ab'),
    'syntax no such property': () => (null as unknown as { x: unknown }).x,
    // oxlint-disable-next-line eslint/no-eval -- that is what is called
    'syntax eval': () => (0, eval)('[]'),
    // oxlint-disable-next-line typescript/no-implied-eval -- that is what is called
    'syntax function of text': () => new Function('return this')(),
    'syntax uncloneable': () => structuredClone({ nothing }),
  }

  return function collect(
    roots: Record<string, unknown>,
    globals: readonly string[],
    { functions, start }: Pick<SweepOptions, 'functions' | 'start'>,
  ): Target[] {
    const found: Target[] = []
    const seen = new Set<unknown>()
    const isQuiet = start !== 'main'

    function add(name: string, act: () => unknown): void {
      if (LEFT_OUT.test(name) || (isQuiet && DISPATCHING.test(name))) return
      found.push({ path: name, act })
    }

    function addFunction(name: string, func: unknown, receiver: unknown): void {
      if (typeof func !== 'function' || seen.has(func)) return
      seen.add(func)
      for (const list of listsOf(name)) {
        add(name, () => apply(func, receiver, list()))
        if (Object.hasOwn(func, 'prototype')) add(`new ${name}`, () => construct(func, list()))
      }
    }

    function walk(name: string, thing: unknown, depth: number): void {
      addFunction(name, thing, undefined)
      const isObject = (typeof thing === 'object' && thing !== null) || typeof thing === 'function'
      if (!isObject || depth > MAX_DEPTH || visited.has(thing)) return
      visited.add(thing)
      for (let holder: object | null = thing; holder !== null; holder = getPrototypeOf(holder)) {
        for (const key of ownKeys(holder)) {
          const at = `${name}.${String(key)}`
          const { value, get, set } = getOwnPropertyDescriptor(holder, key) ?? {}
          addFunction(at, value, thing)
          addFunction(`get ${at}`, get, thing)
          addFunction(`set ${at}`, set, thing)
          if (holder === thing) walk(at, value, depth + 1)
        }
      }
    }

    if (functions === 'first reads')
      return globals.map((name) => ({ path: name, act: () => Reflect.get(globalThis, name) as unknown }))
    const visited = new Set<unknown>()
    for (const [name, func] of Object.entries(SYNTAX)) add(name, func)
    const comforts = globals.map((name) => [name, Reflect.get(globalThis, name)] as const)
    const given = { ...instances(), ...Object.fromEntries(comforts), ...roots }
    for (const [name, thing] of Object.entries(given)) walk(name, thing, 1)
    if (functions === 'all') {
      const samples = [
        [2, 1],
        {},
        nothing,
        'text',
        1,
        1n,
        Symbol('x'),
        new Map(),
        new Set(),
        new Date(0),
        /x/g,
      ]
      const others = [
        new Uint8Array(4),
        new ArrayBuffer(8),
        OwnPromise.resolve({}),
        [1].values(),
        new Intl.Locale('en'),
      ]
      for (const sample of [...samples, ...others]) walk(`a ${typeof sample}`, Object(sample), 1)
      walk('globalThis', globalThis, 1)
    }
    return found
  }
}
