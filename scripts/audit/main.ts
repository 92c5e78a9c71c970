import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runMain } from '../program/run-main.ts'

const ARGS = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=10000']

interface Report {
  readonly message?: string
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>
}

// Known holes in what the packages depend on. Not every registry can be asked, nor every machine ask one: then it is skipped.
await runMain(async () => {
  const { message, vulnerabilities } = await audit()
  if (vulnerabilities === undefined) {
    print(`Skipped: the registry could not be asked for known holes (${message ?? 'no answer'})`)
    return 0
  }
  const grave = Object.entries(vulnerabilities).filter(([, { severity }]) =>
    /^(high|critical)$/.test(severity),
  )
  for (const [name, { severity }] of grave) print(`${name}: ${severity}`)
  print(
    `${grave.length} grave of ${Object.keys(vulnerabilities).length} known holes; "npm audit --omit=dev" lists them`,
  )
  return grave.length === 0 ? 0 : 1
})

async function audit(): Promise<Report> {
  try {
    const { stdout } = await promisify(execFile)('npm', ARGS)
    return JSON.parse(stdout) as Report
  } catch (error) {
    // It ends with 1 where there are holes, and where it could not ask.
    const stdout: unknown = Reflect.get(Object(error), 'stdout')
    return JSON.parse(typeof stdout === 'string' && stdout !== '' ? stdout : '{}') as Report
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
