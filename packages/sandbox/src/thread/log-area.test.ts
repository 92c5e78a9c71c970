import { expect, it } from 'vitest'
import { LogArea } from './log-area.ts'

const BYTES = LogArea.bytesFor(1_000)

function shared(): { buffer: SharedArrayBuffer; thread: LogArea; cell: LogArea } {
  const buffer = new SharedArrayBuffer(64 + BYTES)
  return { buffer, thread: new LogArea(buffer, 64, BYTES), cell: new LogArea(buffer, 64, BYTES) }
}

it('gives what was written, as a whole and since it was last read', () => {
  const { thread, cell } = shared()
  const first = { level: 'warn', time: 1_234.5, text: 'ä€😀' } as const
  const second = { level: 'debug', time: 2, text: '' } as const
  thread.write(first)
  const { end } = cell.read()
  thread.write(second)
  thread.noteDropped(3)
  expect(cell.read()).toMatchObject({ logs: [first, second], logsDropped: 3 })
  expect(cell.read(end)).toMatchObject({ logs: [second] })
  thread.clear()
  expect(cell.read()).toEqual({ logs: [], logsDropped: 0, end: 0 })
})

it('leaves out what finds no room', () => {
  const { thread, cell } = shared()
  thread.write({ level: 'info', time: 1, text: 'x'.repeat(1_000) })
  expect(cell.read().logs).toEqual([])
})

it('can be read whatever a thread that was taken over has written', () => {
  const { buffer, cell } = shared()
  for (let round = 0; round < 500; round++) {
    new Uint8Array(buffer).set(crypto.getRandomValues(new Uint8Array(buffer.byteLength)))
    const { logs } = cell.read(round * 7)
    expect(logs.length).toBeLessThanOrEqual(BYTES / 16)
  }
})
