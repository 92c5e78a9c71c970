import type { Usage } from './usage.ts'

/** What a run cost that did not begin: the defaults of `usageSchema`, without it. */
export const NO_USAGE: Usage = {
  queuedMs: 0,
  bootMs: 0,
  compileMs: 0,
  wallMs: 0,
  cpuMs: 0,
  processMb: 0,
  bytesIn: 0,
  startCpuMs: 0,
  ruinedCpuMs: 0,
  bytesOut: 0,
  attempts: 1,
}
