import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { callGuest, returning, type Call } from '../fixtures/call-guest.ts'
import { childProcesses } from '../fixtures/child-processes.ts'
import { Sandbox } from '../index.ts'
import { Resources } from '../resources/resources.ts'

const MIB = 1024 * 1024

/** A container whose memory is what the cells of the sandbox hold, of their own; its limit can be changed. */
function container(limitMb: number): {
  resources: Resources
  setLimitMb: (mb: number) => void
  usedMb: () => number
} {
  const root = mkdtempSync(join(tmpdir(), 'container-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const group = join(root, 'sys/fs/cgroup')
  mkdirSync(group, { recursive: true })
  mkdirSync(join(root, 'proc/self'), { recursive: true })
  writeFileSync(join(root, 'proc/meminfo'), `MemTotal: ${2 ** 26} kB\nMemAvailable: ${2 ** 26} kB\n`)
  writeFileSync(join(root, 'proc/self/cgroup'), '0::/\n')
  writeFileSync(join(root, 'proc/self/mountinfo'), '31 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n')
  const setLimitMb = (mb: number): void => writeFileSync(join(group, 'memory.max'), `${mb * MIB}\n`)
  setLimitMb(limitMb)
  const others = childProcesses()
  const usedMb = (): number =>
    childProcesses()
      .filter((id) => !others.includes(id))
      .reduce((sum, id) => sum + privateMbOf(id), 0)
  const resources = Resources.of(root)
  const memory = resources.memory.bind(resources)
  vi.spyOn(resources, 'memory').mockImplementation(() => {
    writeFileSync(join(group, 'memory.current'), `${Math.round(usedMb() * MIB)}\n`)
    return memory()
  })
  return { resources, setLimitMb, usedMb }
}

function privateMbOf(id: string): number {
  try {
    const text = readFileSync(`/proc/${id}/status`, 'utf8')
    return Number(/^RssAnon:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1_024
  } catch {
    return 0
  }
}

const HOLDING = `exports.main = async (megabytes, ms) => {
  const held = []
  while (held.length < megabytes) {
    held.push(new Uint8Array(2 ** 20).fill(1))
    await null
  }
  await new Promise((resolve) => setTimeout(resolve, ms))
  return held.length
}`

const limits = { timeoutMs: 60_000, memoryMb: 64 }
const SIZES = { maxCells: 4, threadsPerCell: 1, spareCells: 0 }

function holding(megabytes: number, ms: number, tenant: string): Call {
  return { code: HOLDING, args: [megabytes, ms], tenant, limits }
}

it.runIf(process.platform === 'linux')(
  'what four tenants hold within their limits never fills the container, and all of them get their values',
  { timeout: 60_000 },
  async () => {
    const { resources, usedMb } = container(400)
    await using sandbox = Sandbox.start(SIZES, { resources })
    let mostMb = 0
    const timer = setInterval(() => (mostMb = Math.max(mostMb, usedMb())), 5)
    onTestFinished(() => clearInterval(timer))
    const runs = ['a', 'b', 'c', 'd'].map((tenant) => callGuest(sandbox, holding(60, 300, tenant)))
    expect(await Promise.all(runs)).toMatchObject(runs.map(() => ({ status: 'succeeded', valueJson: '60' })))
    expect(mostMb).toBeLessThan(400)
  },
)

it.runIf(process.platform === 'linux')(
  'ends the cell that holds most beyond its limit, and blames nobody else',
  { timeout: 60_000 },
  async () => {
    const { resources, setLimitMb, usedMb } = container(4_000)
    await using sandbox = Sandbox.start(SIZES, { resources })
    const modest = callGuest(sandbox, holding(10, 3_000, 'modest'))
    const hungry = callGuest(sandbox, holding(110, 3_000, 'hungry'))
    await vi.waitFor(() => expect(usedMb()).toBeGreaterThan(130), 20_000)
    setLimitMb(Math.round(usedMb()) + 20)
    await vi.waitFor(() => expect(usedMb()).toBeLessThan(100), 20_000)
    setLimitMb(4_000)
    expect(await modest).toMatchObject({ status: 'succeeded', usage: { attempts: 1 } })
    // It was within what it may hold: it is run again when there is room for it, and is not to blame.
    expect(await hungry).toMatchObject({ status: 'succeeded', valueJson: '110' })
    expect(sandbox.circuits()).toEqual([])
  },
)

it.runIf(process.platform === 'linux')('gives up idle cells while the container is nearly full', async () => {
  const before = childProcesses()
  const cells = (): number => childProcesses().filter((id) => !before.includes(id)).length
  const { resources, setLimitMb, usedMb } = container(4_000)
  await using sandbox = Sandbox.start({ ...SIZES, spareCells: 1 }, { resources })
  for (const tenant of ['a', 'b', 'c']) await callGuest(sandbox, { code: returning('1'), tenant })
  await vi.waitFor(() => expect(cells()).toBe(4), 20_000)
  setLimitMb(Math.round(usedMb()) + 5)
  await vi.waitFor(() => expect(cells()).toBeLessThanOrEqual(2), 20_000)
  // However little there is, one run may always go on.
  expect(await callGuest(sandbox, { code: returning('1'), tenant: 'd' })).toMatchObject({ valueJson: '1' })
  setLimitMb(4_000)
  expect(await callGuest(sandbox, { code: returning('2'), tenant: 'e' })).toMatchObject({ valueJson: '2' })
})
