import { expect, test } from 'vitest'
import { inlineCommand } from './inline-command.ts'
import { RedisCluster } from './redis-cluster.ts'

test(
  'a replica takes the place of a master that is killed, with its data',
  { timeout: 60_000 },
  async ({ skip }) => {
    const problem = await RedisCluster.problem()
    skip(problem !== undefined, problem)
    await using cluster = await RedisCluster.start()
    const slot = Number(await inlineCommand(cluster.masters[0]?.port ?? 0, 'CLUSTER KEYSLOT key'))
    const owner = cluster.masterOf(slot)
    const [master, replica] = [cluster.masters[owner], cluster.replicas[owner]]
    expect(await inlineCommand(master?.port ?? 0, 'SET key kept')).toBe('OK')
    expect(await inlineCommand(master?.port ?? 0, 'WAIT 1 5000')).toBe('1')
    await master?.kill()
    await cluster.takenOver(owner)
    await expect
      .poll(() => inlineCommand(replica?.port ?? 0, 'GET key').catch(String), { timeout: 10_000 })
      .toBe('kept')
  },
)
