import { describe, expect, it, vi } from 'vitest'
import { callGuest, returning } from './fixtures/call-guest.ts'
import { childProcesses } from './fixtures/child-processes.ts'
import { Sandbox } from './index.ts'

const TENANTS = ['acme', 'globex', 'initech', 'umbrella', 'hooli', 'stark']

async function runOfEach(sandbox: Sandbox): Promise<void> {
  const runs = TENANTS.map((tenant) => callGuest(sandbox, { code: returning('1'), tenant }))
  expect(await Promise.all(runs)).toMatchObject(runs.map(() => ({ valueJson: '1' })))
}

describe('residents', { timeout: 60_000 }, () => {
  it.runIf(process.platform === 'linux')('stay, however few runs go on at once', async () => {
    const before = childProcesses()
    await using sandbox = Sandbox.start({ slots: 2, threadsPerCell: 1, spareCells: 1 })
    const processes = (): string[] => childProcesses().filter((id) => !before.includes(id))
    expect(sandbox.slots).toBe(2)
    await runOfEach(sandbox)
    expect(sandbox.residents().toSorted()).toEqual(TENANTS.toSorted())
    await vi.waitFor(() => expect(processes()).toHaveLength(TENANTS.length + 1), 20_000)
    const settled = processes()
    await runOfEach(sandbox)
    expect(processes()).toEqual(settled)
  })

  it('hold no more memory than they may, but for those that have runs', async () => {
    await using sandbox = Sandbox.start({ slots: 2, threadsPerCell: 1, spareCells: 1, cellMemoryMb: 100 })
    await runOfEach(sandbox)
    await vi.waitFor(() => expect(sandbox.residents().length).toBeLessThanOrEqual(4), 20_000)
    expect(sandbox.residents().length).toBeGreaterThan(0)
  })

  it('do not begin more runs at once than there are slots', async () => {
    await using sandbox = Sandbox.start({ slots: 1, threadsPerCell: 2, spareCells: 2 })
    const events: string[] = []
    const endless = { code: 'exports.main = () => new Promise(() => {})', limits: { timeoutMs: 1_500 } }
    const first = callGuest(sandbox, endless).then(({ status }) => events.push(status))
    const second = callGuest(sandbox, { code: returning('1'), tenant: 'globex' }).then(({ status }) =>
      events.push(status),
    )
    await Promise.all([first, second])
    expect(events).toEqual(['timed-out', 'succeeded'])
  })

  it.each([
    [
      { cellMemoryMb: 1e9 },
      /^Invalid sandbox options: "cellMemoryMb" is 1000000000, the machine .+ has \d+ MB$/,
    ],
    [{ cellMemoryMb: 63 }, /^Invalid sandbox options: "cellMemoryMb"/],
    [{ slots: 0 }, /^Invalid sandbox options: "slots"/],
  ])('are not bounded by %j', (options, message) => {
    expect(() => Sandbox.start(options)).toThrow(message)
  })

  it('have as many slots as their cells had, where only those are given', () => {
    const sandbox = Sandbox.start({ maxCells: 3, threadsPerCell: 2, spareCells: 0 })
    expect(sandbox.slots).toBe(6)
    return sandbox.close()
  })
})
