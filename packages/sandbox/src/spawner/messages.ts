/** What the spawner is asked to start; the pipe of the new process comes along. */
export interface SpawnOrder {
  readonly id: number
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly user: { readonly uid: number; readonly gid: number } | undefined
}

/** CPU time of a process, in milliseconds: all of it, and that of its main thread. */
export interface ProcessCpu {
  readonly totalMs: number
  readonly mainMs: number
}

/** What the spawner tells of it. */
export type SpawnNews =
  | { readonly id: number; readonly type: 'started'; readonly pid: number }
  | { readonly id: number; readonly type: 'failed'; readonly error: string }
  | { readonly id: number; readonly type: 'said'; readonly text: string }
  | {
      readonly id: number
      readonly type: 'ended'
      readonly code: number | null
      readonly signal: NodeJS.Signals | null
      readonly cpu: ProcessCpu | undefined
    }
