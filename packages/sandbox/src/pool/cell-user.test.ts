import { fork } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { cellUserLevel, releaseCellUser, takeCellUser } from './cell-user.ts'

const isRoot = process.getuid?.() === 0
const OTHER = join(import.meta.dirname, '../fixtures/take-cell-user.ts')

it.runIf(!isRoot)('cells stay with the user of an executor that is not root', () => {
  expect(cellUserLevel(undefined, [])).toEqual({
    kind: 'executor',
    uid: process.getuid?.(),
    reason: 'The executor is not root',
  })
  expect(takeCellUser(undefined, [])).toBeUndefined()
})

it.runIf(isRoot)('cells stay with root where others cannot read the code, and it is told why', () => {
  const root = mkdtempSync(join(tmpdir(), 'closed-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const file = join(root, 'inner', 'code.js')
  mkdirSync(join(root, 'inner'))
  writeFileSync(file, '')
  chmodSync(root, 0o700)
  expect(cellUserLevel(undefined, [file])).toEqual({
    kind: 'executor',
    uid: 0,
    reason: `Other users may not read "${root}"`,
  })
  expect(takeCellUser(undefined, [file])).toBeUndefined()
  chmodSync(root, 0o755)
  expect(cellUserLevel(undefined, [file])).toEqual({ kind: 'own' })
  chmodSync(file, 0o600)
  expect(cellUserLevel(undefined, [file])).toMatchObject({ reason: `Other users may not read "${file}"` })
  // Who names the users answers for it.
  expect(cellUserLevel(70_000, [file])).toEqual({ kind: 'own' })
  expect(cellUserLevel(0, [])).toMatchObject({ kind: 'executor', uid: 0 })
})

it.runIf(isRoot && process.platform === 'linux')('two executors of a machine share no user', async () => {
  const own = takeCellUser(undefined, [])
  onTestFinished(() => releaseCellUser(own))
  const other = fork(OTHER, { execArgv: ['--conditions=@isolated-runtime/source'] })
  onTestFinished(() => void other.kill())
  const [uid] = (await once(other, 'message')) as [number]
  expect(uid).toBeGreaterThanOrEqual(62_000)
  expect(Math.floor((uid - 62_000) / 64)).not.toBe(Math.floor(((own?.uid ?? 0) - 62_000) / 64))
})
