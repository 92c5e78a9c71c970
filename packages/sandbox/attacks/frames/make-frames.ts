import { usageSchema } from '@isolated-runtime/protocol'
import { encodeFrame } from '../../src/cell/frame-codec.ts'

/** The seq of the run a hostile cell was given; it was given no other. */
export const GIVEN_SEQ = 1

const report = { logs: [], logsDropped: 0, usage: usageSchema.parse({}) }
const honest = {
  type: 'outcome',
  seq: GIVEN_SEQ,
  outcome: { status: 'succeeded', valueJson: '1', ...report },
}
const live = { type: 'live', seq: GIVEN_SEQ, logs: entries(1, 'x'), progress: ['1'] }
const failure = { code: 'GUEST_ERROR', name: 'Error', message: 'x' }

/** What is right for no part of a frame. */
const WRONG: readonly unknown[] = [null, -1, 0.5, true, {}, [[[[[]]]]], { __proto__: { a: 1 } }, ['outcome']]

/** Frames that no honest cell says; every one must cost the cell that says it its life. */
const MAKERS: readonly ((random: () => number) => Buffer)[] = [
  // Bytes that are no frame
  (random) => raw(Buffer.from(Array.from({ length: 1 + random() * 64 }, () => random() * 256))),
  (random) => header(0x0200_0001 + Math.floor(random() * 0xf000_0000)),
  () => raw(Buffer.alloc(0)),
  (random) => raw(Buffer.from(JSON.stringify(honest).slice(0, 1 + random() * 100))),
  () => raw(Buffer.from('['.repeat(50_000) + ']'.repeat(50_000))),
  (random) =>
    raw(
      Buffer.from(
        JSON.stringify(honest).replace('outcome', String.fromCodePoint(0xd800 + Math.floor(random() * 99))),
      ),
    ),
  // JSON that is no frame
  (random) => encodeFrame(pick(WRONG, random)),
  (random) =>
    encodeFrame({ type: pick(['run', 'bundle', 'cancel', 'forget', '__proto__', 'constructor', 7], random) }),
  (random) => encodeFrame(withWrong(honest, ['type', 'seq', 'outcome'], random)),
  (random) =>
    encodeFrame({
      ...honest,
      outcome: withWrong(honest.outcome, ['status', 'logs', 'logsDropped'], random),
    }),
  (random) => encodeFrame({ ...honest, [`extra${random()}`]: 1 }),
  (random) =>
    encodeFrame({
      ...honest,
      outcome: {
        ...report,
        status: 'failed',
        error: withWrong(failure, ['code', 'name', 'message'], random),
      },
    }),
  () => encodeFrame({ ...honest, outcome: { ...honest.outcome, usage: { cpuMs: -1 } } }),
  // Frames of the right form that are forged
  (random) => encodeFrame({ ...honest, seq: 2 + Math.floor(random() * 1e6) }),
  () => Buffer.concat([encodeFrame(honest), encodeFrame(honest)]),
  () => encodeFrame({ type: 'ready' }),
  () => encodeFrame(live),
  () => Buffer.concat(Array.from({ length: 9 }, () => encodeFrame({ type: 'stuck' }))),
  () => encodeFrame({ ...honest, outcome: { ...report, status: 'expired', error: failure } }),
  // Outcomes that break the limits of the run
  (random) =>
    encodeFrame({
      ...honest,
      outcome: { ...honest.outcome, valueJson: `"${'x'.repeat(1_000 + random() * 9_000)}"` },
    }),
  (random) =>
    encodeFrame({
      ...honest,
      outcome: {
        ...honest.outcome,
        valueJson: pick(['', '{', 'undefined', "'x'", '1 2', '{"a":}', '\u0000'], random),
      },
    }),
  (random) =>
    encodeFrame({
      ...honest,
      outcome: { ...honest.outcome, logs: entries(2, 'x'.repeat(1_000 + random() * 99)) },
    }),
  (random) =>
    encodeFrame({ ...honest, outcome: { ...honest.outcome, logs: entries(100 + random() * 99, '') } }),
  () =>
    encodeFrame({
      ...honest,
      outcome: { ...report, status: 'failed', error: { ...failure, stack: 'x'.repeat(300_000) } },
    }),
]

/** Frames about a run that is listened to, and may say 2,000 bytes; those, too, no honest cell says. */
const LIVE_MAKERS: readonly ((random: () => number) => Buffer)[] = [
  (random) => encodeFrame(withWrong(live, ['seq', 'logs', 'progress'], random)),
  (random) => encodeFrame({ ...live, seq: 2 + Math.floor(random() * 1e6) }),
  (random) => encodeFrame({ ...live, [`extra${random()}`]: 1 }),
  () => encodeFrame({ ...live, logs: [], progress: [] }),
  (random) => encodeFrame({ ...live, logs: entries(2, 'x'.repeat(1_000 + random() * 99)) }),
  (random) => encodeFrame({ ...live, logs: entries(100 + random() * 99, '') }),
  () => Buffer.concat(Array.from({ length: 70 }, () => encodeFrame({ ...live, progress: [] }))),
  (random) => encodeFrame({ ...live, logs: [withWrong(entries(1, '')[0] ?? {}, ['level', 'text'], random)] }),
  () => encodeFrame({ ...live, progress: Array.from({ length: 1_000 }, () => '1') }),
  () => Buffer.concat(Array.from({ length: 1_000 }, () => encodeFrame({ ...live, logs: [] }))),
  (random) => encodeFrame({ ...live, progress: [`"${'x'.repeat(4_096 + random() * 9_000)}"`] }),
  (random) => encodeFrame({ ...live, progress: [`"${'€'.repeat(1_400 + random() * 2_000)}"`] }),
  (random) => encodeFrame({ ...live, progress: [pick(['', '{', 'undefined', "'x'", '1 2', '[[['], random)] }),
  () => Buffer.concat([encodeFrame(honest), encodeFrame(live)]),
]

/** A chunk of hostile bytes, cut in pieces in some way. */
export function makeFrame(random: () => number, isListenedTo = false): Buffer[] {
  const bytes = pick(isListenedTo ? LIVE_MAKERS : MAKERS, random)(random)
  if (random() < 0.7) return [bytes]
  const cut = Math.floor(random() * bytes.length)
  return [bytes.subarray(0, cut), bytes.subarray(cut)]
}

/** Numbers from 0 to 1 that are the same in every run of the tests (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function withWrong(message: object, keys: readonly string[], random: () => number): object {
  return { ...message, [pick(keys, random)]: pick(WRONG, random) }
}

function entries(count: number, text: string): object[] {
  return Array.from({ length: count }, () => ({ level: 'info', time: 0, text }))
}

function raw(body: Buffer): Buffer {
  return Buffer.concat([header(body.length), body])
}

function header(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T
}
