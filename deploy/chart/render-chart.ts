import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const HELM_FOLDER = join(import.meta.dirname, '../helm')
const CHART = join(HELM_FOLDER, 'isolated-runtime')
const NAME = 'isolated-runtime'

/** Where the rendered manifests lie. */
export const KUBERNETES_FOLDER = join(import.meta.dirname, '../kubernetes')

/** Why there is no `helm` to render with; `undefined` if there is. `HELM` may name the program. */
export async function helmProblem(): Promise<string | undefined> {
  try {
    await helm(['version'])
    return undefined
  } catch (error) {
    return `"helm" cannot be run (${error instanceof Error ? error.message : String(error)})`
  }
}

/** The sets of values that manifests are rendered with, such as `keda`. */
export async function valuesNames(): Promise<string[]> {
  const files = await readdir(join(HELM_FOLDER, 'values'))
  return files.map((file) => basename(file, '.yaml')).toSorted()
}

/** The manifests of the chart with a set of values. @throws with what helm said when it refuses them */
export async function renderChart(values: string, settings: readonly string[] = []): Promise<string> {
  const sets = settings.flatMap((setting) => ['--set-json', setting])
  const args = ['--namespace', NAME, '--values', valuesFile(values), ...sets]
  const manifests = await helm(['template', NAME, CHART, ...args])
  return `# Rendered with deploy/helm/values/${values}.yaml by "npm run render -w deploy".\n${manifests}`
}

/** What `helm lint --strict` says. @throws with it when it is not content */
export function lintChart(values: string): Promise<string> {
  return helm(['lint', '--strict', CHART, '--values', valuesFile(values)])
}

function valuesFile(name: string): string {
  return join(HELM_FOLDER, 'values', `${name}.yaml`)
}

async function helm(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.env['HELM'] ?? 'helm', args, { maxBuffer: 2 ** 24 })
  return stdout
}
