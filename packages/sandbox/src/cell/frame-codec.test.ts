import { describe, expect, it } from 'vitest'
import { encodeFrame, FrameDecoder } from './frame-codec.ts'

function decode(decoder: FrameDecoder, chunks: readonly Buffer[]): unknown[] {
  return chunks.flatMap((chunk) => [...decoder.push(chunk)].map((text) => JSON.parse(text) as unknown))
}

describe('FrameDecoder', () => {
  const messages = [{ a: 1 }, { text: 'ä€😀' }, {}, { long: 'x'.repeat(70_000) }]
  const stream = Buffer.concat(messages.map(encodeFrame))

  it.each([1, 2, 3, 5, 7, 64, 4_096, stream.length])(
    'gives whole frames out of chunks of %i bytes',
    (size) => {
      const chunks: Buffer[] = []
      for (let start = 0; start < stream.length; start += size)
        chunks.push(stream.subarray(start, start + size))
      expect(decode(new FrameDecoder(100_000), chunks)).toEqual(messages)
    },
  )

  it('gives nothing for a frame that is cut off', () => {
    expect(decode(new FrameDecoder(100_000), [stream.subarray(0, 6)])).toEqual([])
  })

  it('refuses a frame over the cap by its header, before its body is there', () => {
    const header = Buffer.from([0xff, 0xff, 0xff, 0xff])
    expect(() => decode(new FrameDecoder(1_000), [header])).toThrow(
      'announces 4294967295 bytes, the most allowed is 1000',
    )
  })
})
