import { findRedis } from '@isolated-runtime/testing'
import { runMain } from '../program/run-main.ts'
import { runProgram } from '../program/run-program.ts'
import { say } from '../program/say.ts'

await runMain(async (signal) => {
  // Each suite starts a private server, so one that runs already is of no use.
  await findRedis({ install: true, say })
  return runProgram('vitest', ['run', ...process.argv.slice(2)], { signal })
})
