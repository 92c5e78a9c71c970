import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { Resources } from './resources.ts'

const MIB = 1024 * 1024

const MEMINFO = `MemTotal:       ${64 * 1024} kB\nMemFree:  1 kB\nMemAvailable:   ${48 * 1024} kB\n`
const VERSION_2 = '31 24 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n'
const VERSION_1 =
  '32 24 0:27 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n' +
  '33 24 0:28 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n'

/** A machine of 64 MB with these files; the function writes others later. */
function machine(files: Record<string, string>): {
  resources: Resources
  write: (name: string, text: string) => void
} {
  const root = mkdtempSync(join(tmpdir(), 'resources-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  for (const [name, text] of Object.entries({ 'proc/meminfo': MEMINFO, ...files })) write(name, text)
  return { resources: Resources.of(root), write }
}

it('has what the machine has where there are no control groups', () => {
  const { resources } = machine({})
  expect(resources.memory()).toEqual({ limitMb: 64, freeMb: 48 })
  expect(resources.processors()).toBe(availableParallelism())
})

it('has what a container of version 2 has, with the memory of files as free', () => {
  const { resources } = machine({
    'proc/self/mountinfo': VERSION_2,
    'proc/self/cgroup': '0::/\n',
    'sys/fs/cgroup/memory.max': `${32 * MIB}\n`,
    'sys/fs/cgroup/memory.current': `${20 * MIB}\n`,
    'sys/fs/cgroup/memory.stat': `anon ${11 * MIB}\nfile ${9 * MIB}\ninactive_file ${5 * MIB}\nactive_file ${3 * MIB}\nslab_reclaimable ${MIB}\n`,
    'sys/fs/cgroup/cpu.max': '50000 100000\n',
  })
  expect(resources.memory()).toEqual({ limitMb: 32, freeMb: 21 })
  expect(resources.processors()).toBe(0.5)
})

it('has no more than the groups around its own leave', () => {
  const { resources } = machine({
    'proc/self/mountinfo': VERSION_2,
    'proc/self/cgroup': '0::/pod/container\n',
    'sys/fs/cgroup/pod/container/memory.max': 'max\n',
    'sys/fs/cgroup/pod/container/cpu.max': 'max 100000\n',
    'sys/fs/cgroup/pod/memory.max': `${40 * MIB}\n`,
    'sys/fs/cgroup/pod/memory.current': `${30 * MIB}\n`,
    'sys/fs/cgroup/pod/memory.stat': 'anon 1\n',
    'sys/fs/cgroup/pod/cpu.max': '25000 100000\n',
  })
  expect(resources.memory()).toEqual({ limitMb: 40, freeMb: 10 })
  expect(resources.processors()).toBe(0.25)
})

it('has what a container of version 1 has, whose group is named from the top of the machine', () => {
  const { resources } = machine({
    'proc/self/mountinfo': VERSION_1,
    'proc/self/cgroup': '4:memory:/docker/abc/inner\n3:cpuset:/\n1:cpu,cpuacct:/docker/abc\n0::/\n',
    'sys/fs/cgroup/memory/inner/memory.limit_in_bytes': '9223372036854771712\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': `${16 * MIB}\n`,
    'sys/fs/cgroup/memory/memory.usage_in_bytes': `${15 * MIB}\n`,
    'sys/fs/cgroup/memory/memory.stat': `inactive_file 7\ntotal_inactive_file ${2 * MIB}\ntotal_active_file ${MIB}\n`,
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '75000\n',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '50000\n',
  })
  expect(resources.memory()).toEqual({ limitMb: 16, freeMb: 4 })
  expect(resources.processors()).toBe(Math.min(1.5, availableParallelism()))
})

it('sees a limit that changes, is taken away, or is lower than what is held', () => {
  const { resources, write } = machine({
    'proc/self/mountinfo': VERSION_2,
    'proc/self/cgroup': '0::/\n',
    'sys/fs/cgroup/memory.max': `${32 * MIB}\n`,
    'sys/fs/cgroup/memory.current': `${20 * MIB}\n`,
  })
  expect(resources.memory().freeMb).toBe(12)
  write('sys/fs/cgroup/memory.max', `${16 * MIB}\n`)
  expect(resources.memory()).toEqual({ limitMb: 16, freeMb: 0 })
  write('sys/fs/cgroup/memory.max', 'max\n')
  expect(resources.memory()).toEqual({ limitMb: 64, freeMb: 48 })
  write('sys/fs/cgroup/memory.high', `${24 * MIB}\n`)
  expect(resources.memory()).toEqual({ limitMb: 24, freeMb: 4 })
})

it.each([
  ['a quota of version 1 that is none', VERSION_1, { 'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n' }],
  ['a group outside of what is mounted', VERSION_2, { 'proc/self/cgroup': '0::/../other\n' }],
  ['a group whose folder is not there', VERSION_2, { 'proc/self/cgroup': '0::/gone\n' }],
  ['files that say nothing', VERSION_2, { 'sys/fs/cgroup/memory.max': '', 'sys/fs/cgroup/cpu.max': '\n' }],
])('falls back on the machine for %s', (_, mountinfo, files) => {
  const { resources } = machine({ 'proc/self/mountinfo': mountinfo, ...files })
  expect(resources.memory()).toEqual({ limitMb: 64, freeMb: 48 })
  expect(resources.processors()).toBe(availableParallelism())
})

it('finds what this very process has', () => {
  const { limitMb, freeMb } = Resources.of().memory()
  expect(limitMb).toBeGreaterThan(100)
  expect(limitMb).toBeLessThanOrEqual(totalmem() / MIB)
  expect(freeMb).toBeGreaterThan(0)
  expect(freeMb).toBeLessThan(limitMb)
  expect(Resources.of().processors()).toBeGreaterThan(0)
})
