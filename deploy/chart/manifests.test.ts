import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { IDeployment } from 'kubernetes-models/apps/v1'
import { describe, expect, it, onTestFinished } from 'vitest'
import { helpText, readConfig } from '../../services/executor/src/config.ts'
import { Metrics } from '../../services/executor/src/metrics/metrics.ts'
import { KINDS, readManifests, type Kind, type Manifest } from './manifests.ts'
import { valuesNames } from './render-chart.ts'

const names = await valuesNames()
const manifests = new Map<string, Manifest[]>()
for (const name of names) manifests.set(name, await readManifests(name))

function ofKind<Shape>(name: string, kind: Kind): (Shape & Manifest)[] {
  return (manifests.get(name) ?? []).filter((manifest) => manifest.kind === kind) as (Shape & Manifest)[]
}

/** The names of the metrics that an executor tells. */
async function metricNames(): Promise<string[]> {
  const metrics = new Metrics({
    queue: 'runs',
    slots: 1,
    running: () => 0,
    protection: { level: 'none', measures: [], build: { node: '26', v8: '14', ageDays: 1 } },
    readLoad: async () => ({
      slots: 1,
      running: 0,
      waiting: 0,
      held: 0,
      delayed: 0,
      oldestWaitingMs: 0,
      load: 0,
    }),
  })
  return [...(await metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)
}

describe.each(names)('the manifests of "%s"', (name) => {
  it('are valid by the schemas of Kubernetes, KEDA and the Prometheus operator', () => {
    for (const manifest of manifests.get(name) ?? []) {
      const model = new KINDS[manifest.kind].model(manifest as never)
      expect(() => model.validate(), `${manifest.kind} "${manifest.metadata.name}"`).not.toThrow()
    }
  })

  it('select the pods that they mean', () => {
    const deployments = ofKind<IDeployment>(name, 'Deployment')
    expect(deployments.length).toBeGreaterThan(0)
    const labels = deployments.map(({ spec }) => spec?.template.metadata?.labels ?? {})
    for (const { spec } of deployments)
      expect(spec?.template.metadata?.labels).toMatchObject(spec?.selector.matchLabels ?? {})
    const pools = deployments.map(({ spec }) => JSON.stringify(spec?.selector.matchLabels))
    expect(new Set(pools).size).toBe(deployments.length)
    for (const kind of ['PodDisruptionBudget', 'NetworkPolicy', 'PodMonitor'] as const) {
      for (const { spec } of ofKind<{ spec: Record<string, { matchLabels: object }> }>(name, kind)) {
        const { matchLabels } = spec['selector'] ?? spec['podSelector'] ?? {}
        expect(
          labels.some((of) =>
            Object.entries(matchLabels ?? { none: '' }).every(([key, value]) => of[key] === value),
          ),
        ).toBe(true)
      }
    }
    for (const kind of ['ScaledObject', 'HorizontalPodAutoscaler'] as const) {
      for (const { spec } of ofKind<{ spec: { scaleTargetRef: { name: string } } }>(name, kind)) {
        expect(deployments.map(({ metadata }) => metadata.name)).toContain(spec.scaleTargetRef.name)
      }
    }
  })

  it('keep the restricted Pod Security Standard', () => {
    for (const { spec } of ofKind<IDeployment>(name, 'Deployment')) {
      const pod = spec?.template.spec
      expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
      expect(pod?.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: expect.any(Number),
        seccompProfile: { type: 'RuntimeDefault' },
      })
      expect(Object.keys(pod ?? {}).filter((key) => /^host(Network|PID|IPC)$/.test(key))).toEqual([])
      for (const { securityContext } of pod?.containers ?? []) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
      }
    }
  })

  it('configure executors with variables that they have, and give them the time to drain', () => {
    const known = [...helpText().matchAll(/^([A-Z][A-Z_]+) /gm)].map(([, variable]) => variable)
    const configs = ofKind<{ data: Record<string, string> }>(name, 'ConfigMap')
    for (const { data, metadata } of configs) {
      expect(Object.keys(data).filter((variable) => !known.includes(variable))).toEqual([])
      const config = readConfig({ ...data, REDIS_URL: 'redis://redis' })
      const { spec } =
        ofKind<IDeployment>(name, 'Deployment').find((each) => each.metadata.name === metadata.name) ?? {}
      const pod = spec?.template.spec
      expect((pod?.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThan(config.drainGraceMs + 2_000)
      const memoryMb = Number.parseInt(String(pod?.containers[0]?.resources?.limits?.['memory']), 10)
      // What runs may come to hold, and the 15 % that an executor leaves free.
      const runsMb = (config.slots ?? 0) * (2 * config.ceilings.memoryMb + 140)
      expect(memoryMb * 0.85).toBeGreaterThanOrEqual(runsMb + (config.cellMemoryMb ?? 0) + 256)
    }
    expect(configs).toHaveLength(ofKind(name, 'Deployment').length)
  })

  it('ask for metrics that executors tell', async () => {
    const told = await metricNames()
    const asked = JSON.stringify(manifests.get(name)).match(/isolated_runtime_[a-z_]+/g) ?? []
    expect(asked.filter((metric) => !told.includes(metric))).toEqual([])
  })
})

it.each(['keda', 'hpa'])('"%s" scales by the load and by the age of the oldest run', (name) => {
  const text = JSON.stringify(manifests.get(name))
  expect(text).toContain('isolated_runtime_load')
  expect(text).toContain('isolated_runtime_oldest_waiting_seconds')
})

it('no manifest has a key that its type does not know', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(import.meta.dirname, '.typed-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const all = [...manifests.values()].flat()
  const kinds = [...new Set(all.map(({ kind }) => kind))]
  const imports = kinds.map((kind) => `import type { I${kind} } from '${KINDS[kind].from}'`)
  const values = all.map(
    (manifest, n) => `export const value${n} = ${JSON.stringify(manifest)} satisfies I${manifest.kind}`,
  )
  await writeFile(join(folder, 'typed.ts'), [...imports, ...values, ''].join('\n'))
  const args = [
    '--noEmit',
    '--ignoreConfig',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'esnext',
  ]
  const checked = promisify(execFile)('tsc', [...args, join(folder, 'typed.ts')]).catch(
    (error: unknown) => error,
  )
  expect(await checked).toMatchObject({ stdout: '' })
})
