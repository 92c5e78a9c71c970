import { Socket } from 'node:net'
import type { CellSettings } from './cell-settings.ts'
import { encodeFrame, FrameDecoder } from './frame-codec.ts'
import { MAX_FRAME_BYTES, type ToCell } from './frames.ts'
import type { FromCell } from './from-cell.ts'
import { ignoreSignals } from './ignore-signals.ts'
import { LiveRuns } from './live-runs.ts'
import { lockProcess } from './lock-process.ts'
import { OwnMemory } from './own-memory.ts'
import { Places } from './places.ts'
import { Runs } from './runs.ts'
import { SavedLogs } from './saved-logs.ts'

/** The one pipe between this cell and its executor, next to the three standard streams. */
const PIPE_FD = 3

ignoreSignals()
lockProcess()
const settings = JSON.parse(process.argv[2] ?? '') as CellSettings
const pipe = new Socket({ fd: PIPE_FD })
const decoder = new FrameDecoder(MAX_FRAME_BYTES)
const live = new LiveRuns(send)
const places = new Places(settings, {
  onStuck: () => send({ type: 'stuck' }),
  onUp: (place, cpuMs) => send({ type: 'up', place, cpuMs }),
  onLive: (seq, said) => live.hear(seq, said),
})
const memory = new OwnMemory(settings.growthMb)
const runs = new Runs(places, memory, settings.memoryMb, {
  settle: (end) => {
    live.end(end.seq)
    send({ type: 'outcome', ...end })
  },
  saved: new SavedLogs(places, send),
})

pipe.on('data', (chunk: Buffer) => {
  for (const text of decoder.push(chunk)) receive(JSON.parse(text) as ToCell)
})
// The executor is gone. An orderly exit would wait for threads that may never stop.
pipe.on('close', () => process.kill(process.pid, 'SIGKILL'))
pipe.on('error', () => process.kill(process.pid, 'SIGKILL'))

void begin()

async function begin(): Promise<void> {
  await places.ready()
  memory.begin()
  send({ type: 'ready' })
}

function send(frame: FromCell): void {
  pipe.write(encodeFrame(frame))
}

function receive(frame: ToCell): void {
  switch (frame.type) {
    case 'bundle':
      return runs.keepBundle(frame.id, frame)
    case 'forget':
      return runs.forgetBundle(frame.id)
    case 'open':
      return places.open(frame.place)
    case 'close':
      return places.close(frame.place)
    case 'run':
      if (frame.live === true || frame.call.progress === true) live.begin(frame.seq)
      return void runs.start(frame)
    case 'cancel':
      return runs.cancel(frame.seq, frame.reason)
  }
}
