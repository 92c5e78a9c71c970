import type { RealmInside, SettlementKind } from './boundary.ts'
import type { DescribeError } from './describe-error.ts'
import type { Host, SealedPort } from './host.ts'
import type { createModules } from './modules.ts'
import type { Pristine } from './pristine.ts'
import type { Progress } from './progress.ts'
import type { RunGlobals } from './run-globals.ts'
import type { createToJson } from './to-json.ts'

interface Parts {
  readonly host: Host
  /** Tells the comforts of the realm where errors of the run go that no guest code caught. */
  readonly attach: (uncaught: (thrown: unknown) => void) => void
  /** Told once that the run has settled. */
  readonly settled: () => void
  readonly createModules: typeof createModules
  readonly describeError: DescribeError
  readonly runGlobals: RunGlobals
  readonly progress: Progress
  readonly toJson: ReturnType<typeof createToJson>
  /** Whether the modules of one run serve the next. */
  readonly keepsModules: boolean
}

/** Makes the way in: find the function, call it, settle with strings. */
export function createEnter(pristine: Pristine, parts: Parts): RealmInside['enter'] {
  const { apply, getPrototypeOf, hasOwn, objectPrototype, functionPrototype, parse, Promise } = pristine
  const { then, withResolvers } = pristine

  /** Exports may be inherited (an instance of a class), but not from what every object has. */
  function exported(exports: unknown, name: string): unknown {
    let holder = exports
    while (holder !== null && (typeof holder === 'object' || typeof holder === 'function')) {
      if (holder === objectPrototype || holder === functionPrototype) break
      if (hasOwn(holder, name)) return (exports as Record<string, unknown>)[name]
      holder = getPrototypeOf(holder)
    }
    // As Node.js has it for `import`, where a file of CommonJS is the function itself.
    return name === 'default' && typeof exports === 'function' ? exports : undefined
  }

  function kindOf(value: unknown): string {
    if (value === null) return 'null'
    return typeof value === 'object' ? 'an object' : `a ${typeof value}`
  }

  let load: ReturnType<typeof createModules> | undefined

  function loader(again: boolean): ReturnType<typeof createModules> {
    if (load === undefined || !(again || parts.keepsModules))
      load = parts.createModules(pristine, parts.host.call)
    return load
  }

  return function enter(
    port: SealedPort,
    file,
    funcName,
    argsJson,
    constantsJson,
    contextJson,
    freezeContext,
    again = false,
  ) {
    let settled = false
    let isFailing = false
    const failure = apply(withResolvers, Promise, [])
    function settle(kind: SettlementKind, first?: string, second?: string): void {
      if (settled) return
      settled = true
      parts.settled()
      parts.host.call('settle', kind, first, second)
    }
    function fail(thrown: unknown): void {
      settle('threw', parts.describeError.describe(thrown))
    }
    /**
     * Guest code reaches it at any depth of the stack. To settle a run takes more of the stack than may be left, so a
     * reaction of a promise does that: it runs when the stack is empty.
     */
    function uncaught(thrown: unknown): void {
      failure.reject(thrown)
      isFailing = true
    }
    function end(kind: SettlementKind, first?: string, second?: string): void {
      if (!isFailing) settle(kind, first, second)
    }
    function threw(thrown: unknown): void {
      end('threw', parts.describeError.describe(thrown))
    }
    function succeeded(value: unknown): void {
      let json
      try {
        json = parts.toJson(value)
      } catch (thrown) {
        end('unsendable', `The result cannot be sent as JSON: ${parts.describeError.messageOf(thrown)}`)
        return
      }
      end('value', json)
    }
    parts.host.attach(port)
    parts.attach(uncaught)
    parts.progress.attach(port.progress !== undefined)
    try {
      void apply(then, failure.promise, [undefined, fail])
      const report = port.progress === undefined ? undefined : parts.progress.create()
      if (!again) parts.runGlobals.put(constantsJson, contextJson, freezeContext, report)
      const module = loader(again)(file)
      if (module === undefined) {
        end('refused', 'FILE_NOT_FOUND', `The bundle holds no file "${file}"`)
        return
      }
      const func = exported(module.exports, funcName)
      if (func === undefined) {
        end('refused', 'EXPORT_NOT_FOUND', `"${file}" exports nothing named "${funcName}"`)
        return
      }
      if (typeof func !== 'function') {
        end(
          'refused',
          'EXPORT_NOT_FUNCTION',
          `"${funcName}" of "${file}" is ${kindOf(func)}, expected a function`,
        )
        return
      }
      const result: unknown = apply(func, module.exports, parse(argsJson) as unknown[])
      const isObject = (typeof result === 'object' && result !== null) || typeof result === 'function'
      if (!isObject) succeeded(result)
      else void apply(then, new Promise((resolve) => resolve(result)), [succeeded, threw])
    } catch (thrown) {
      threw(thrown)
    }
  }
}
