import { setFlagsFromString } from 'node:v8'
import { afterEach, expect, it } from 'vitest'
import { COLLECTOR_GLOBAL } from '../engine/collect-garbage.ts'
import { createRealm } from './realm.ts'

afterEach(() => setFlagsFromString('--no-expose-gc'))

it('a realm that V8 gives its collector is never made ready for a guest', () => {
  setFlagsFromString('--expose-gc')
  expect(() => createRealm()).toThrow(COLLECTOR_GLOBAL)
  setFlagsFromString('--no-expose-gc')
  expect(createRealm()).toBeDefined()
})
