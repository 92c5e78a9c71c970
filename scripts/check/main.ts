import { runMain } from '../program/run-main.ts'
import { runTool } from './run-tool.ts'
import { TOOLS } from './tools.ts'

await runMain(async (signal) => {
  const failed: string[] = []
  for (const tool of TOOLS) {
    const { passed, seconds, lines } = await runTool(tool, signal)
    if (!passed) failed.push(tool.name)
    const closing = lines.findLast((line) => (tool.summary ?? /\S/).test(line))?.trim() ?? ''
    if (!passed) print(lines.join('\n'))
    print(`${passed ? 'passed' : 'FAILED'}  ${tool.name.padEnd(8)}  ${seconds.toFixed(1)} s  ${closing}`)
  }
  if (failed.length > 0) print(`check: failed: ${failed.join(', ')}`)
  else print(`check: all ${TOOLS.length} passed`)
  return failed.length === 0 ? 0 : 1
})

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
