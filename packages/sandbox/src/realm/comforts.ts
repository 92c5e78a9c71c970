import { createAbort } from './inside/comforts/abort.ts'
import { createBase64 } from './inside/comforts/base64.ts'
import { createCloning } from './inside/comforts/cloning.ts'
import { createComforts } from './inside/comforts/comforts.ts'
import { createConsole } from './inside/comforts/console.ts'
import { createCrypto } from './inside/comforts/crypto.ts'
import { createDescribing } from './inside/comforts/describing.ts'
import { createEncoding } from './inside/comforts/encoding.ts'
import { createEventTargets } from './inside/comforts/event-targets.ts'
import { createEvents } from './inside/comforts/events.ts'
import { createExceptions } from './inside/comforts/exceptions.ts'
import { createFormat } from './inside/comforts/format.ts'
import { createInspect } from './inside/comforts/inspect.ts'
import { createKinds } from './inside/comforts/kinds.ts'
import type { ComfortMakers } from './inside/comforts/kit.ts'
import { createLayout } from './inside/comforts/layout.ts'
import { createPerformance } from './inside/comforts/performance.ts'
import { createQuoting } from './inside/comforts/quoting.ts'
import { createTable } from './inside/comforts/table.ts'
import { createTemporal } from './inside/comforts/temporal.ts'
import { createTimers } from './inside/comforts/timers.ts'
import { createUrls } from './inside/comforts/urls.ts'
import { COMFORT_GLOBALS } from './permits.ts'
import { textOf } from './text-of.ts'

const makers: ComfortMakers = {
  console: createConsole,
  timers: createTimers,
  cloning: createCloning,
  urls: createUrls,
  encoding: createEncoding,
  base64: createBase64,
  events: createEvents,
  eventTargets: createEventTargets,
  abort: createAbort,
  exceptions: createExceptions,
  crypto: createCrypto,
  performance: createPerformance,
  temporal: createTemporal,
  kinds: createKinds,
  quoting: createQuoting,
  describing: createDescribing,
  layout: createLayout,
  inspect: createInspect,
  format: createFormat,
  table: createTable,
}

const makerTexts = Object.entries(makers).map(([group, maker]) => `${group}: ${textOf(maker)}`)

const accessorTexts = Object.entries(COMFORT_GLOBALS).flatMap(([group, names]) =>
  names.map(
    (name) =>
      `get ${name}() { return comforts.read('${group}', '${name}') }\n` +
      `set ${name}(value) { comforts.write(this, '${name}', value) }`,
  ),
)

/**
 * The text that puts the comforts into a realm; `pristine` and `host` are in its scope.
 *
 * Until a comfort is touched it is an accessor on the *prototype* of the global object: V8 makes the prototype of a
 * class in one go (3 µs for all), where so many accessors on the global itself would cost every run 15 µs.
 */
export const comforts = `(() => {
const comforts = (${textOf(createComforts)})(pristine, host.call, () => ({ __proto__: null, ${makerTexts.join(',\n')} }))
const { prototype } = class {
${accessorTexts.join('\n')}
}
delete prototype.constructor
pristine.setPrototypeOf(pristine.global, prototype)
return comforts
})()`
