import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Sandbox, type CellUserLevel } from '@isolated-runtime/sandbox'
import { expect, onTestFinished, test } from 'vitest'
import { nodeBuild } from './node-build.ts'
import { protectionOf, protectionSummary, requireProtection } from './protection.ts'
import { lookAround, type Surroundings } from './surroundings.ts'

const NODE = { node: '26.10.0', v8: '14.6', ageDays: 10 }

/** A pod that Kubernetes' restricted standard lets in. */
const RESTRICTED: Surroundings = {
  isLinux: true,
  cellUser: { kind: 'executor', uid: 1_000, reason: 'The executor is not root' },
  cell: { uid: 1_000, noNewPrivs: true, seccomp: 'filter', capabilities: [] },
  cellCommand: 'node --permission --allow-worker cell.cjs',
  isReadable: false,
  isRootReadOnly: true,
  hasOwnUserNamespace: false,
  memoryLimitMb: 1_024,
  processorLimit: undefined,
}

function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'protection-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

const statusOf = (nnp: number, eff: string): string =>
  `Name:\tnode\nUid:\t1000\t1000\nCapEff:\t${eff}\nCapBnd:\t${eff}\nNoNewPrivs:\t${nnp}\nSeccomp:\t2\n`

test('a pod of the restricted standard has the level "container", and users of cells make it "users"', () => {
  expect(protectionOf(RESTRICTED, NODE).level).toBe('container')
  expect(protectionOf({ ...RESTRICTED, cellUser: { kind: 'own' } }, NODE).level).toBe('users')
})

test.for<[string, Partial<Surroundings>]>([
  ['no-new-privileges', { cell: { ...RESTRICTED.cell, noNewPrivs: false } as Surroundings['cell'] }],
  ['seccomp', { cell: { ...RESTRICTED.cell, seccomp: 'off' } as Surroundings['cell'] }],
  ['no-capabilities', { cell: { ...RESTRICTED.cell, capabilities: ['SYS_ADMIN'] } as Surroundings['cell'] }],
  ['closed-memory', { isReadable: true }],
  ['read-only-root', { isRootReadOnly: false }],
  ['memory-limit', { memoryLimitMb: undefined }],
])('without %s it is "process", and what requires more is told what is missing', ([name, lack]) => {
  const protection = protectionOf({ ...RESTRICTED, ...lack }, NODE)
  expect(protection.level).toBe('process')
  expect(protectionSummary(protection)).toMatchObject({ missing: expect.arrayContaining([name]) })
  requireProtection(protection, 'process')
  expect(() => requireProtection(protection, 'container')).toThrow(
    new RegExp(
      `^REQUIRE_PROTECTION is "container", and what is in force here is "process". Missing: ${name}: `,
    ),
  )
})

test('an old Node.js is told, and is no reason not to start', () => {
  const protection = protectionOf(RESTRICTED, { ...NODE, ageDays: 200 })
  expect(protectionSummary(protection)).toMatchObject({
    missing: expect.arrayContaining(['recent-node']),
    ageDays: 200,
  })
  requireProtection(protection, 'container')
})

test('the kernel is asked about the cell, not about the executor', () => {
  const root = folder({
    'proc/self/status': statusOf(0, '00000000a80425fb'),
    [`proc/self/task/${process.pid}/children`]: '41 42 ',
    'proc/41/cmdline': 'redis-server',
    'proc/42/cmdline': 'node\0--permission\0cell.cjs\0',
    'proc/42/status': statusOf(1, '0000000000000000'),
    'proc/self/uid_map': '         0     100000      65536\n',
    'proc/self/mountinfo': '1234 1200 0:99 / / ro,relatime - overlay overlay rw\n',
    'proc/self/environ': '',
  })
  const around = lookAround({ kind: 'own' }, root)
  expect(around).toMatchObject({
    cell: { uid: 1_000, noNewPrivs: true, seccomp: 'filter', capabilities: [] },
    cellCommand: expect.stringContaining('--permission'),
    isRootReadOnly: true,
    hasOwnUserNamespace: true,
  })
})

test('what can be taken back by starting a program counts as held', () => {
  const root = folder({
    'proc/self/status': 'Uid:\t0\nCapEff:\t0\nCapBnd:\t00000000000000e0\nNoNewPrivs:\t0\nSeccomp:\t0\n',
    'proc/self/uid_map': '         0          0 4294967295\n',
    'proc/self/mountinfo': '1 0 8:1 / / rw,relatime - ext4 /dev/vda rw\n',
  })
  expect(lookAround({ kind: 'own' }, root)).toMatchObject({
    cell: { noNewPrivs: false, seccomp: 'off', capabilities: ['KILL', 'SETGID', 'SETUID'] },
    cellCommand: undefined,
    isRootReadOnly: false,
    hasOwnUserNamespace: false,
  })
})

test('where the kernel says nothing, nothing of it counts as in force', () => {
  const cellUser: CellUserLevel = { kind: 'executor', uid: 501, reason: 'The executor is not root' }
  const around = lookAround(cellUser, folder({}))
  expect(around).toMatchObject({ isLinux: false, cell: undefined })
  expect(protectionOf(around, NODE).level).toBe('process')
})

test.runIf(process.platform === 'linux')('a real cell is found, and its kernel is asked', async () => {
  await using sandbox = Sandbox.start({ maxCells: 1 })
  await sandbox.ready()
  const { cell, cellCommand } = lookAround(sandbox.cellUser)
  expect(cellCommand).toContain('--permission')
  expect(cell).toMatchObject({ uid: expect.any(Number), noNewPrivs: expect.any(Boolean) })
})

test('the age of Node.js is that of its release, or of its file', () => {
  const root = folder({
    'bin/node': '',
    'CHANGELOG.md': `## 2026-05-01, Version ${process.versions.node} (Current), @someone\n`,
  })
  const now = Date.UTC(2026, 4, 31)
  expect(nodeBuild(now, join(root, 'bin/node'))).toMatchObject({ node: process.versions.node, ageDays: 30 })
  const bare = folder({ 'bin/node': '' })
  expect(nodeBuild(Date.now(), join(bare, 'bin/node')).ageDays).toBe(0)
})
