import { readdir } from 'node:fs/promises'
import { build } from '../program/build.ts'
import { runMain } from '../program/run-main.ts'
import { runProgram } from '../program/run-program.ts'
import { say } from '../program/say.ts'

const FOLDER = 'benchmarks'

await runMain(async (signal) => {
  const [name, ...args] = process.argv.slice(2)
  const names = await benchmarks()
  if (name === undefined || !names.includes(name)) {
    if (name !== undefined) say(`There is no benchmark "${name}"`)
    say(`Usage: npm run bench -- <name> [--json]\nBenchmarks: ${names.join(', ')}`)
    return 2
  }
  await build({ signal })
  return runProgram(process.execPath, [`${FOLDER}/${name}.ts`, ...args], { signal })
})

async function benchmarks(): Promise<string[]> {
  const files = await readdir(FOLDER)
  return files.filter((file) => /^[a-z-]+\.ts$/.test(file)).map((file) => file.slice(0, -'.ts'.length))
}
