import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { helmProblem, KUBERNETES_FOLDER, lintChart, renderChart, valuesNames } from './render-chart.ts'

const problem = await helmProblem()
const names = await valuesNames()

describe.skipIf(problem !== undefined)('with helm', () => {
  it.each(names)(
    'the chart is clean with the values of "%s", and renders what is in deploy/kubernetes',
    async (name) => {
      await lintChart(name)
      const file = join(KUBERNETES_FOLDER, `${name}.yaml`)
      expect(await renderChart(name), 'run "npm run render -w deploy"').toBe(await readFile(file, 'utf8'))
    },
  )

  it.each([
    ['an isolation that there is not', 'executor.isolation="none"', /isolation/],
    ['slots that are no number', 'executor.slots="many"', /slots/],
    ['a misspelt value', 'executor.slot=4', /slot/],
    ['a misspelt value of a pool', 'pools.default={"queuename":"a"}', /queuename|pools/],
    ['a password among the values', 'redis.url="redis://:a@b"', /url/],
    ['the URL of Redis as a variable', 'executor.env={"REDIS_URL":"redis://a"}', /env|REDIS_URL/],
    ['an autoscaler that there is not', 'autoscaling.kind="cpu"', /kind/],
    ['a plain autoscaler down to nothing', 'autoscaling={"kind":"hpa","minReplicas":0}', /minReplicas/],
    ['less memory than a run may ask for at least', 'executor.guestMemoryMb=8', /guestMemoryMb/],
  ])('%s is refused by the schema', async (_, setting, message) => {
    await expect(renderChart('default', [setting])).rejects.toThrow(message)
  })

  it('scaling to zero needs the address of Redis', async () => {
    const setting = 'autoscaling={"kind":"keda","minReplicas":0}'
    await expect(renderChart('default', [setting])).rejects.toThrow(
      'redisAddress is needed for minReplicas 0',
    )
  })
})
