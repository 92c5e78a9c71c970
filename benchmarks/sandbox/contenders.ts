import { IsolatedRuntime } from 'isolated-runtime'
import { inALoop, inFlight, type Contender } from './contender.ts'
import { runInBareContext, runInRealm } from './inline.ts'
import { startChildProcesses } from './peers/child-process.ts'
import { startFreshContexts, startFreshIsolates } from './peers/isolated-vm.ts'
import { startIfInstalled } from './peers/peer.ts'
import { startQuickJs } from './peers/quickjs.ts'
import { startVm2 } from './peers/vm2.ts'
import { FILE, FOLDER, FUNC_NAME, INPUT } from './work.ts'

export const REALMS = ['fresh', 'hardened', 'warm'] as const

export type RealmKind = (typeof REALMS)[number]

/** All that is measured, by name. */
export interface Contenders extends AsyncDisposable {
  readonly byName: Readonly<Record<string, Contender>>
  readonly notInstalled: readonly string[]
  /** One run through the whole local path. */
  run(realm: RealmKind): Promise<unknown>
}

/** @param calls how many runs are under way at once, where a contender can have several */
export async function startContenders(calls: number, withPeers: boolean): Promise<Contenders> {
  const stack = new AsyncDisposableStack()
  // One thread: on one core, more would only take turns. A runtime for each kind, so that none meets what others keep.
  const start = (): IsolatedRuntime =>
    stack.use(new IsolatedRuntime({ sandbox: { maxCells: 1, threadsPerCell: 1, spareCells: 0 } }))
  const runtimes: Record<RealmKind, IsolatedRuntime> = { fresh: start(), hardened: start(), warm: start() }
  const request = { folder: FOLDER, file: FILE, funcName: FUNC_NAME, args: [JSON.parse(INPUT) as unknown] }
  const run = (realm: RealmKind): Promise<unknown> => runtimes[realm].run({ ...request, realm })
  const byName: Record<string, Contender> = {
    'bare context inline': inALoop(runInBareContext),
    'same realm inline': inALoop(runInRealm),
  }
  for (const realm of REALMS) byName[`IsolatedRuntime.run, ${realm}`] = inFlight(calls, () => run(realm))
  const notInstalled: string[] = []
  const peers = {
    'isolated-vm, fresh isolate': startFreshIsolates,
    'isolated-vm, fresh context': startFreshContexts,
    'quickjs-emscripten': startQuickJs,
    'vm2 in a worker thread': () => startVm2(calls),
    'a child process per run': startChildProcesses,
  }
  for (const [name, startPeer] of withPeers ? Object.entries(peers) : []) {
    const peer = await startIfInstalled(startPeer)
    if (peer === undefined) notInstalled.push(name)
    else byName[name] = stack.use(peer).contender
  }
  return { byName, notInstalled, run, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
