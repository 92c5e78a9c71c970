import { createBundle } from '@isolated-runtime/protocol'
import { expect, it } from 'vitest'
import { SentBundles } from './sent-bundles.ts'

const bundle = (name: string) => createBundle({ [`/${name}.js`]: { kind: 'commonjs', code: '' } })

it('a bundle is sent once, and the one used longest ago is forgotten when there is no room', () => {
  const [a, b, c] = [bundle('a'), bundle('b'), bundle('c')]
  const sent = new SentBundles(a.bytes + b.bytes)
  expect(sent.use(a)).toEqual({ send: true, forget: [] })
  expect(sent.use(b)).toEqual({ send: true, forget: [] })
  expect(sent.use(a)).toEqual({ send: false, forget: [] })
  expect(sent.use(c)).toEqual({ send: true, forget: [b.id] })
  expect(sent.use(b)).toEqual({ send: true, forget: [a.id] })
})

it('a bundle over all the room is sent all the same', () => {
  const sent = new SentBundles(1)
  expect(sent.use(bundle('a'))).toEqual({ send: true, forget: [] })
})
