import { Client } from '@isolated-runtime/client'
import { IsolatedRuntime } from 'isolated-runtime'
import { Ours } from '../queue/ours.ts'
import { inFlight, type Contender } from '../sandbox/contender.ts'
import type { RealmKind } from '../sandbox/contenders.ts'
import { FILE, FOLDER, FUNC_NAME, INPUT } from '../sandbox/work.ts'

const ITEMS = 100

/** Where functions are called: what a map is measured on. */
export interface Place extends AsyncDisposable {
  readonly calls: Pick<Client, 'run' | 'map'> | Pick<IsolatedRuntime, 'run' | 'map'>
  /** The same where each run travels by itself (`batching: false`). */
  readonly alone: Pick<Client, 'run'> | Pick<IsolatedRuntime, 'run'>
  /** As many runs under way as make the most of it. */
  readonly runsAtOnce: number
}

/** One thread on this machine: on one core, more would only take turns. */
export async function startLocal(): Promise<Place> {
  await using stack = new AsyncDisposableStack()
  const start = (batching: boolean): IsolatedRuntime =>
    stack.use(new IsolatedRuntime({ batching, sandbox: { maxCells: 1, threadsPerCell: 1, spareCells: 0 } }))
  const [calls, alone] = [start(true), start(false)]
  const release = stack.move()
  return { calls, alone, runsAtOnce: 8, [Symbol.asyncDispose]: () => release.disposeAsync() }
}

/** An executor as it ships, and a client. */
export async function startFleet(url: string): Promise<Place> {
  await using stack = new AsyncDisposableStack()
  stack.use(await Ours.start(url))
  const calls = stack.use(await Client.connect({ redis: url }))
  const alone = stack.use(await Client.connect({ redis: url, batching: false }))
  const release = stack.move()
  return { calls, alone, runsAtOnce: 64, [Symbol.asyncDispose]: () => release.disposeAsync() }
}

/** Runs, many at once. */
export function runsOf({ runsAtOnce }: Place, calls: Place['alone'], realm: RealmKind): Contender {
  const request = {
    folder: FOLDER,
    file: FILE,
    funcName: FUNC_NAME,
    realm,
    args: [JSON.parse(INPUT) as unknown],
  }
  return inFlight(runsAtOnce, () => calls.run(request))
}

/** Maps of a hundred items each, this many at once. */
export function mapsOf({ calls }: Place, realm: RealmKind, atOnce: number): Contender {
  const items = Array.from({ length: ITEMS }, () => [JSON.parse(INPUT) as unknown])
  const request = { folder: FOLDER, file: FILE, funcName: FUNC_NAME, realm, items }
  const maps = inFlight(atOnce, () => calls.map(request))
  return async (durationMs) => (await maps(durationMs)) * ITEMS
}
