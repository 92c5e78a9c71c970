import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { constants, Script } from 'node:vm'
import type { BundleFile, EncodedOutcome } from '@isolated-runtime/protocol'
import { NO_USAGE } from '@isolated-runtime/protocol/results'
import type { CellSettings } from '../../src/cell/cell-settings.ts'
import { encodeFrame, FrameDecoder } from '../../src/cell/frame-codec.ts'
import { MAX_FRAME_BYTES, type ToCell } from '../../src/cell/frames.ts'
import type { FromCell } from '../../src/cell/from-cell.ts'
import { lockProcess } from '../../src/cell/lock-process.ts'
import { Threads, THREAD_FLAGS } from '../../src/cell/threads.ts'
import { threadData } from '../../src/cell/thread-data.ts'
import { gateWorkers } from '../../src/cell/worker-gate.ts'

/**
 * The program of a cell whose realm and thread have both fallen. It starts the threads that a cell starts, and then
 * runs guests in its main thread, with all that Node.js gives a program there, and with those threads.
 */
type RunFrame = Extract<ToCell, { type: 'run' }>
type Body = (
  exports: { main?: (...args: unknown[]) => unknown },
  require: NodeJS.Require,
  threads: Threads,
) => void

lockProcess()
const settings = JSON.parse(process.argv[2] ?? '') as CellSettings
const pipe = new Socket({ fd: 3 })
const decoder = new FrameDecoder(MAX_FRAME_BYTES)
const bundles = new Map<string, Readonly<Record<string, BundleFile>>>()
const require = createRequire(import.meta.filename)
gateWorkers(THREAD_FLAGS, settings.threadFile)
const threads = new Threads(
  settings,
  threadData(settings.libraryFolder, { maxRunsPerRealm: settings.maxRunsPerRealm, allow: settings.allow }),
  { onStuck: () => {}, onUp: () => {}, onLive: () => {}, onGone: () => {} },
)

pipe.on('data', (chunk: Buffer) => {
  for (const text of decoder.push(chunk)) receive(JSON.parse(text) as ToCell)
})
pipe.on('close', () => process.kill(process.pid, 'SIGKILL'))
void threads.ready().then(() => send({ type: 'ready' }))

function send(frame: FromCell): void {
  pipe.write(encodeFrame(frame))
}

function receive(frame: ToCell): void {
  if (frame.type === 'bundle') bundles.set(frame.id, frame.files)
  if (frame.type === 'run')
    void outcomeOf(frame).then((outcome) => send({ type: 'outcome', seq: frame.seq, outcome }))
}

async function outcomeOf({ bundle, call: { file, work } }: RunFrame): Promise<EncodedOutcome> {
  const report = { logs: [], logsDropped: 0, usage: NO_USAGE }
  try {
    const exports: Parameters<Body>[0] = {}
    const script = new Script(
      `(function (exports, require, threads) {${bundles.get(bundle)?.[file]?.code}\n})`,
      {
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      },
    )
    ;(script.runInThisContext() as Body)(exports, require, threads)
    const value = await exports.main?.(
      ...(JSON.parse(work.kind === 'call' ? work.argsJson : '[]') as unknown[]),
    )
    return { status: 'succeeded', valueJson: JSON.stringify(value), ...report }
  } catch (thrown) {
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown))
    return { status: 'failed', error: { code: 'GUEST_ERROR', name, message }, ...report }
  }
}
