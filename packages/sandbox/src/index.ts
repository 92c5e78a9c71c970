export { Sandbox } from './sandbox.ts'
export type { SandboxLogger, SandboxOptions } from './options.ts'
export type { SandboxRun } from './sandbox-run.ts'
