import { argumentsOf } from '@isolated-runtime/protocol'
import { describe, expect, it, vi } from 'vitest'
import type { ToCell } from './cell/frames.ts'
import { callGuest, returning, type Call } from './fixtures/call-guest.ts'
import { childProcesses } from './fixtures/child-processes.ts'
import { Sandbox, type SandboxOptions } from './index.ts'
import { startCellProcess } from './pool/cell-process.ts'
import { Pool } from './pool/pool.ts'
import type { SandboxRun } from './pool/sandbox-run.ts'

const CORDON: SandboxOptions = { isolation: 'cordon', slots: 4, spareCells: 1 }

/** Runs with a cordon or an isolation of their own, as a policy gives them. */
function withRules(
  sandbox: Sandbox,
  rules: Pick<SandboxRun, 'cordon' | 'isolation'>,
): Parameters<typeof callGuest>[0] {
  return { run: (run, options) => sandbox.run({ ...run, ...rules }, options) }
}

describe('under "cordon"', { timeout: 60_000 }, () => {
  it.runIf(process.platform === 'linux')('tenants share a process, and keep their threads', async () => {
    const before = childProcesses()
    await using sandbox = Sandbox.start(CORDON)
    const processes = (): string[] => childProcesses().filter((id) => !before.includes(id))
    const tenants = Array.from({ length: 10 }, (_, n) => `tenant-${n}`)
    const round = (): Promise<unknown[]> =>
      Promise.all(tenants.map((tenant) => callGuest(sandbox, { code: returning('1'), tenant })))
    expect(await round()).toMatchObject(tenants.map(() => ({ valueJson: '1' })))
    expect(processes()).toHaveLength(1)
    expect(sandbox.residents().toSorted()).toEqual(tenants.toSorted())
    expect(await round()).toMatchObject(tenants.map(() => ({ valueJson: '1' })))
    expect(processes()).toHaveLength(1)
  })

  it.runIf(process.platform === 'linux')(
    'tenants of another cordon have a process of their own',
    async () => {
      const before = childProcesses()
      await using sandbox = Sandbox.start(CORDON)
      const processes = (): string[] => childProcesses().filter((id) => !before.includes(id))
      const paid = withRules(sandbox, { cordon: 'paid' })
      await callGuest(sandbox, { code: returning('1'), tenant: 'free' })
      expect(processes()).toHaveLength(1)
      expect(await callGuest(paid, { code: returning('2'), tenant: 'acme' })).toMatchObject({
        valueJson: '2',
      })
      expect(processes()).toHaveLength(2)
    },
  )

  it.runIf(process.platform === 'linux')(
    'a tenant may have a process of its own, if its policy says so',
    async () => {
      const before = childProcesses()
      await using sandbox = Sandbox.start(CORDON)
      await callGuest(sandbox, { code: returning('1'), tenant: 'globex' })
      const apart = withRules(sandbox, { isolation: 'tenant' })
      expect(await callGuest(apart, { code: returning('2'), tenant: 'acme' })).toMatchObject({
        valueJson: '2',
      })
      const processes = childProcesses().filter((id) => !before.includes(id))
      expect(processes.length).toBeGreaterThanOrEqual(2)
    },
  )

  it('what a guest leaves behind stays with its tenant', async () => {
    await using sandbox = Sandbox.start({ ...CORDON, slots: 1 })
    const leave = `exports.main = () => {
      globalThis.left = 1; Array.prototype.left = 1; Symbol.for('left').description
      return new Intl.DateTimeFormat().resolvedOptions().locale }`
    const look = `exports.main = () => [typeof left, typeof [].left, Reflect.ownKeys(globalThis).includes('left')]`
    for (const realm of ['fresh', 'hardened', 'warm'] as const) {
      await callGuest(sandbox, { code: leave, tenant: 'acme', realm })
      expect(await callGuest(sandbox, { code: look, tenant: 'globex', realm })).toMatchObject({
        valueJson: '["undefined","undefined",false]',
      })
    }
  })

  it('each run is charged for its own CPU time, and ends of its own limit', async () => {
    await using sandbox = Sandbox.start(CORDON)
    const spin = 'exports.main = () => { for (;;); }'
    const wait = 'exports.main = () => new Promise((resolve) => setTimeout(resolve, 400, "over"))'
    const [spun, waited] = await Promise.all([
      callGuest(sandbox, { code: spin, tenant: 'acme', limits: { cpuMs: 200, timeoutMs: 60_000 } }),
      callGuest(sandbox, { code: wait, tenant: 'globex', limits: { cpuMs: 200, timeoutMs: 60_000 } }),
    ])
    expect(spun).toMatchObject({ status: 'timed-out', error: { code: 'CPU_TIME_EXCEEDED' } })
    expect(waited).toMatchObject({ status: 'succeeded', valueJson: '"over"' })
    expect(waited.usage.cpuMs).toBeLessThan(spun.usage.cpuMs)
  })

  it.each<[string, Partial<Call>, object]>([
    [
      'a heap that is full',
      { code: 'exports.main = () => { const a = []; for (;;) a.push({ a }) }' },
      { status: 'out-of-memory' },
    ],
    [
      'memory outside of the heap',
      { code: 'exports.main = () => { const a = []; for (;;) a.push(new Uint8Array(2 ** 22).fill(1)) }' },
      { status: 'out-of-memory' },
    ],
    [
      'an engine that gives up',
      { code: 'exports.main = () => { const lists = []; for (;;) lists.push(new Array(2 ** 25).fill(0)) }' },
      { status: 'out-of-memory' },
    ],
    [
      'a loop',
      { code: 'exports.main = () => { for (;;); }', limits: { timeoutMs: 300 } },
      { status: 'timed-out' },
    ],
  ])('%s is blamed on its own tenant', async (_, bomb, expected) => {
    await using sandbox = Sandbox.start(CORDON)
    const limits = { timeoutMs: 30_000, memoryMb: 64, ...bomb.limits }
    const neighbours = Array.from({ length: 3 }, (__, n) =>
      callGuest(sandbox, {
        code: 'exports.main = async (n) => { let x = 0; for (let i = 0; i < 3e7; i++) x += i; return n }',
        args: [n],
        tenant: `neighbour-${n}`,
        limits: { timeoutMs: 60_000 },
      }),
    )
    const outcome = await callGuest(sandbox, { code: '', tenant: 'bomber', ...bomb, limits })
    expect(outcome).toMatchObject(expected)
    expect(await Promise.all(neighbours)).toMatchObject(
      [0, 1, 2].map((n) => ({ status: 'succeeded', valueJson: String(n) })),
    )
    expect(await callGuest(sandbox, { code: returning('1'), tenant: 'bomber' })).toMatchObject({
      valueJson: '1',
    })
  })

  it('logs and progress reach whom they are of', async () => {
    await using sandbox = Sandbox.start(CORDON)
    const heard = await Promise.all(
      ['acme', 'globex', 'initech'].map(async (tenant) => {
        const lines: string[] = []
        const listening = {
          run: (run: SandboxRun) => sandbox.run(run, { onLog: ({ text }) => lines.push(text) }),
        }
        const code = `exports.main = async () => { for (let i = 0; i < 50; i++) { console.log('${tenant}'); await null } }`
        await callGuest(listening, { code, tenant })
        return [tenant, new Set(lines)]
      }),
    )
    expect(heard).toEqual(['acme', 'globex', 'initech'].map((tenant) => [tenant, new Set([tenant])]))
  })

  it('a thread ends before another tenant has its room', async () => {
    const places: { tenant: string; place: number }[] = []
    await using pool = new Pool({
      isolation: 'cordon',
      slots: 1,
      maxCells: 4,
      // None may stay idle.
      cellMemoryMb: () => 0,
      threadsPerCell: 1,
      spareCells: 1,
      spareMemoryMb: 64,
      maxRunsPerRealm: 2_000,
      allow: [],
      logger: undefined,
      startCell: (settings) => {
        const started = startCellProcess(settings)
        const write = started.pipe.write.bind(started.pipe)
        vi.spyOn(started.pipe, 'write').mockImplementation((chunk: Buffer) => {
          const frame = JSON.parse(chunk.subarray(4).toString()) as ToCell
          if (frame.type === 'run') {
            const [tenant] = argumentsOf(frame.call.work)
            places.push({ tenant: String(JSON.parse(tenant ?? '')), place: frame.place })
          }
          return write(chunk)
        })
        return started
      },
    })
    const sandbox = {
      run: async (run: SandboxRun) => (await pool.run(run, { refusal: () => undefined })).outcome,
    }
    for (let n = 0; n < 12; n++) {
      const tenant = `tenant-${n % 3}`
      await callGuest(sandbox, { code: 'exports.main = (name) => name', args: [tenant], tenant })
    }
    const tenantsOf = new Map<number, Set<string>>()
    for (const { tenant, place } of places)
      tenantsOf.set(place, (tenantsOf.get(place) ?? new Set()).add(tenant))
    expect([...tenantsOf.values()].map((tenants) => tenants.size)).toEqual([...tenantsOf].map(() => 1))
    expect(tenantsOf.size).toBeGreaterThan(3)
  })
})
