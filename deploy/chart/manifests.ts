import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ScaledObject, TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1'
import {
  PodMonitor,
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
import { Deployment } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Service, ServiceAccount } from 'kubernetes-models/v1'
import { parseAllDocuments } from 'yaml'
import { KUBERNETES_FOLDER } from './render-chart.ts'

/** The kinds that the chart makes, and where their types come from. */
export const KINDS = {
  ConfigMap: { model: ConfigMap, from: 'kubernetes-models/v1' },
  Deployment: { model: Deployment, from: 'kubernetes-models/apps/v1' },
  HorizontalPodAutoscaler: { model: HorizontalPodAutoscaler, from: 'kubernetes-models/autoscaling/v2' },
  NetworkPolicy: { model: NetworkPolicy, from: 'kubernetes-models/networking.k8s.io/v1' },
  PodDisruptionBudget: { model: PodDisruptionBudget, from: 'kubernetes-models/policy/v1' },
  PodMonitor: { model: PodMonitor, from: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1' },
  PrometheusRule: {
    model: PrometheusRule,
    from: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
  },
  ScaledObject: { model: ScaledObject, from: '@kubernetes-models/keda/keda.sh/v1alpha1' },
  Service: { model: Service, from: 'kubernetes-models/v1' },
  ServiceAccount: { model: ServiceAccount, from: 'kubernetes-models/v1' },
  ServiceMonitor: {
    model: ServiceMonitor,
    from: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
  },
  TriggerAuthentication: { model: TriggerAuthentication, from: '@kubernetes-models/keda/keda.sh/v1alpha1' },
} as const

export type Kind = keyof typeof KINDS

/** A document of a manifest, by its kind. */
export interface Manifest {
  readonly kind: Kind
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> }
}

/** The rendered manifests of a set of values. @throws when one is no YAML, or of a kind that is not known here */
export async function readManifests(name: string): Promise<Manifest[]> {
  const text = await readFile(join(KUBERNETES_FOLDER, `${name}.yaml`), 'utf8')
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0)
      throw new Error(`"${name}.yaml" is no YAML: ${document.errors[0]?.message}`)
    const manifest = document.toJS() as Manifest | null
    if (manifest === null) return []
    if (!Object.hasOwn(KINDS, manifest.kind))
      throw new Error(`"${name}.yaml" has a "${manifest.kind}", which is not known`)
    return [manifest]
  })
}
