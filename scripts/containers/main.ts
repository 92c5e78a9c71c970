import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runMain } from '../program/run-main.ts'
import { runProgram } from '../program/run-program.ts'
import { say } from '../program/say.ts'

const CONFIG = 'deploy/containers/vitest.config.ts'

await runMain(async (signal) => {
  const problem = await engineProblem()
  if (problem !== undefined) {
    say(`Skipped: no Docker engine with Compose answers (${problem}). The containers were not tested.`)
    return 0
  }
  return runProgram('vitest', ['run', '--config', CONFIG, ...process.argv.slice(2)], { signal })
})

async function engineProblem(): Promise<string | undefined> {
  try {
    await promisify(execFile)('docker', ['info', '--format', '{{.ServerVersion}}'])
    await promisify(execFile)('docker', ['compose', 'version'])
    return undefined
  } catch (error) {
    const [line = ''] = String(Reflect.get(Object(error), 'stderr') || error)
      .trim()
      .split('\n')
    return line
  }
}
