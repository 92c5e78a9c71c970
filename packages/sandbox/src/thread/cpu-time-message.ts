/** Says that a run used more CPU time than its limit, both in milliseconds. */
export function cpuTimeMessage(maxCpuMs: number, usedMs: number): string {
  return `The run used ${Math.round(usedMs)} ms of CPU time, its limit "cpuMs" is ${maxCpuMs}`
}
