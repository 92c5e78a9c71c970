import { runProgram, type RunProgramOptions } from './run-program.ts'

/** Builds every workspace that has changed. @throws when one does not build */
export async function build(options: Pick<RunProgramOptions, 'signal'> = {}): Promise<void> {
  const args = ['run', 'build', '--output-logs=errors-only']
  const code = await runProgram('turbo', args, { ...options, output: 'stderr' })
  if (code !== 0) throw new Error(`The build failed with ${code}; see above for what it said`)
}
