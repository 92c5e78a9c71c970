import { chunkMsOf } from '@isolated-runtime/protocol/without-schemas'
import type { BundleContent, ThreadTask } from '../thread/messages.ts'
import type { ToCell } from './frames.ts'

type RunFrame = Extract<ToCell, { type: 'run' }>

/** Else the time limit comes first: a thread uses no more CPU time than time. */
export function cpuComesFirst({ limits }: RunFrame): boolean {
  return limits.cpuMs < limits.timeoutMs
}

/** A run as a thread gets it. @param content of its bundle, if it comes along */
export function taskOf(frame: RunFrame, content: BundleContent | undefined): ThreadTask {
  const { seq, bundle, file, funcName, argsJson, items, contextJson, freezeContext, limits, realm } = frame
  const { live, progress } = frame
  const { maxResultBytes, maxLogBytes } = limits
  return {
    seq,
    bundle,
    content,
    file,
    funcName,
    argsJson,
    chunk: items && { items, chunkMs: chunkMsOf(frame), ownRealms: frame.ownRealms === true },
    contextJson,
    freezeContext,
    realm,
    maxResultBytes,
    maxLogBytes,
    maxCpuMs: cpuComesFirst(frame) ? limits.cpuMs : undefined,
    live,
    progress,
  }
}
