import { latch } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import type { FromCell } from './from-cell.ts'
import { LiveRuns } from './live-runs.ts'

type LiveFrame = Extract<FromCell, { type: 'live' }>

const log = (text: string): object => ({ type: 'log', entry: { level: 'info', time: 1, text } })

it('sends what is said together in one frame, by itself', async () => {
  const sent = latch<LiveFrame>()
  const live = new LiveRuns((frame) => sent.resolve(frame))
  live.begin(1)
  for (const text of ['a', 'b']) live.hear(1, log(text))
  live.hear(1, { type: 'progress', json: '1' })
  expect(await sent.wait()).toMatchObject({ seq: 1, logs: [{ text: 'a' }, { text: 'b' }], progress: ['1'] })
})

it('sends large lines at once, and what is left at the end, each run by itself', () => {
  const sent: LiveFrame[] = []
  const live = new LiveRuns((frame) => sent.push(frame))
  live.begin(1)
  live.begin(2)
  live.hear(1, log('x'.repeat(20_000)))
  expect(sent).toHaveLength(1)
  live.hear(1, log('left'))
  live.end(2)
  live.end(1)
  expect(sent.slice(1)).toMatchObject([{ seq: 1, logs: [{ text: 'left' }] }])
  live.hear(1, log('late'))
  live.end(1)
  expect(sent).toHaveLength(2)
})

it.each([
  ['no message', 7],
  ['of no type', {}],
  ['nothing', null],
  ['a line that is none', { type: 'log' }],
  ['a line of no text', { type: 'log', entry: { level: 'info', time: 1, text: { length: 1 } } }],
  ['a report that is no text', { type: 'progress', json: { a: 1 } }],
])('throws for what a thread says that has been taken over: %s', (_, said) => {
  const live = new LiveRuns(() => {})
  live.begin(1)
  expect(() => live.hear(1, said)).toThrow('A thread says what no honest one does')
  live.end(1)
})

it('takes nothing along with a line that does not belong to it', () => {
  const sent: LiveFrame[] = []
  const live = new LiveRuns((frame) => sent.push(frame))
  live.begin(1)
  live.hear(1, { type: 'log', entry: { level: 'info', time: 1, text: 'a', more: 1 } })
  live.end(1)
  expect(sent).toEqual([
    { type: 'live', seq: 1, logs: [{ level: 'info', time: 1, text: 'a' }], progress: [] },
  ])
})
