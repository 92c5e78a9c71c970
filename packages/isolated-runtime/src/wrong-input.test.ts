import { NO_OPTIONS, NO_REQUESTS, refusalsOf, type WrongInput } from '@isolated-runtime/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { IsolatedRuntime } from './isolated-runtime.ts'

const call = { source: 'exports.a = () => 1', funcName: 'a' }
let runtime: IsolatedRuntime

beforeAll(() => {
  runtime = new IsolatedRuntime({ sandbox: { maxCells: 1 } })
})

afterAll(() => runtime.close())

const calls: readonly [string, WrongInput, (given: never) => unknown][] = [
  ['new IsolatedRuntime(…)', NO_OPTIONS, (bad) => new IsolatedRuntime(bad)],
  ['run(…)', NO_REQUESTS, (bad) => runtime.run(bad)],
  ['run(request, …)', NO_OPTIONS, (bad) => runtime.run(call, bad)],
  ['run(request, { onLog: … })', { ...NO_OPTIONS, 'a function': 7 }, (onLog) => runtime.run(call, { onLog })],
  ['outcome(…)', NO_REQUESTS, (bad) => runtime.outcome(bad)],
  ['outcome(request, …)', NO_OPTIONS, (bad) => runtime.outcome(call, bad)],
  ['runMany([…])', NO_REQUESTS, (bad) => runtime.runMany([call, bad])],
  ['runMany(…)', { ...NO_REQUESTS, 'an array': {} }, (bad) => runtime.runMany(bad)],
  ['runMany(requests, …)', NO_OPTIONS, (bad) => runtime.runMany([call], bad)],
  ['map(…)', NO_REQUESTS, (bad) => runtime.map(bad)],
  ['map(request, …)', NO_OPTIONS, (bad) => runtime.map({ ...call, items: [[]] }, bad)],
  ['mapStream(…)', NO_REQUESTS, (bad) => runtime.mapStream(bad).next()],
  ['mapStream(request, …)', NO_OPTIONS, (bad) => runtime.mapStream({ ...call, items: [[]] }, bad).next()],
  ['module(…)', NO_OPTIONS, (bad) => runtime.module(bad)],
  ['module(request, …)', NO_OPTIONS, (bad) => runtime.module(call, bad)],
  ['resetCircuit(…)', NO_REQUESTS, (bad) => runtime.resetCircuit(bad)],
]

it.each(calls)('%s says of what is of the wrong type what is right', async (_, input, act) => {
  for (const { what, error } of await refusalsOf(input, act)) {
    expect({ what, error }).toMatchObject({
      what,
      error: {
        code: expect.stringMatching(/^INVALID_(REQUEST|OPTIONS)$/),
        message: expect.stringMatching(/Invalid [A-Za-z ]+: .*expected .+, found .+/),
      },
    })
  }
})
