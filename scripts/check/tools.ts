/** A program that judges the repository by its exit code. */
export interface Tool {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Finds the line that sums up what it said. @default the last */
  readonly summary?: RegExp
}

const TURBO_SUMMARY = /^ *Tasks:/

/** In the order they run: what stands on built code comes after the build. */
export const TOOLS: readonly Tool[] = [
  {
    name: 'build',
    command: 'turbo',
    args: ['run', 'build', '--output-logs=errors-only'],
    summary: TURBO_SUMMARY,
  },
  { name: 'format', command: 'oxfmt', args: ['--check'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'], summary: /^Found \d+/ },
  { name: 'imports', command: 'node', args: ['scripts/imports/main.ts'] },
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'unused', command: 'knip', args: ['--no-progress'] },
  {
    name: 'packages',
    command: 'turbo',
    args: ['run', 'check:package', '--output-logs=errors-only'],
    summary: TURBO_SUMMARY,
  },
  { name: 'audit', command: 'node', args: ['scripts/audit/main.ts'] },
]
