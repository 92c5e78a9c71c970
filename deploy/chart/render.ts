import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KUBERNETES_FOLDER, renderChart, valuesNames } from './render-chart.ts'

// Renders the manifests in deploy/kubernetes anew, for those who do without Helm.
for (const name of await valuesNames()) {
  await writeFile(join(KUBERNETES_FOLDER, `${name}.yaml`), await renderChart(name))
}
