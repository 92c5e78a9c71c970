import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { inFlight } from '../contender.ts'
import { CODE, FUNC_NAME, INPUT } from '../work.ts'
import type { Peer } from './peer.ts'

const execute = promisify(execFile)

const SCRIPT = `const exports = {};${CODE}\n;process.stdout.write(JSON.stringify(exports.${FUNC_NAME}(JSON.parse(process.argv[1]))))`

/** A process of Node.js for each run, under the permission model with nothing allowed. */
export async function startChildProcesses(): Promise<Peer> {
  const flags = ['--permission', '--no-warnings', '--eval', SCRIPT, '--', INPUT]
  const run = async (): Promise<string> => (await execute(process.execPath, flags)).stdout
  // On one core, more at once would only take turns.
  return { contender: inFlight(1, run), [Symbol.asyncDispose]: async () => {} }
}
