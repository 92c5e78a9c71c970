import { guestFolder } from '@isolated-runtime/testing'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Manifest } from './manifest.ts'
import { needsOf, packagesAskedIn, type FileNeeds } from './file-needs.ts'

async function needsOfText(text: string, manifest: Manifest = {}): Promise<FileNeeds> {
  await using folder = await guestFolder({ 'index.js': text })
  const realPath = realpathSync(folder.path)
  const packageFolder = { name: 'pkg', realPath, isGuests: false, manifest }
  return await needsOf(packageFolder, join(realPath, 'index.js'), async () => undefined)
}

test.each([
  [`require('fs')`, ['fs'], false],
  [`import { a } from "node:crypto"`, ['crypto'], false],
  [`import('node:os'); import'path'`, ['os', 'path'], false],
  [`require('fs-extra'); require(name)`, [], false],
  [`document.createElement('p')`, [], true],
  [`if (typeof document !== 'undefined') document.createElement('p')`, [], false],
  [`module.exports = typeof self === 'object' ? self.FormData : window.FormData`, [], true],
  [`options.document.body; this.window.x`, [], false],
])('%s needs %j, a page: %j', async (text, builtins, dom) => {
  const needs = await needsOfText(text)
  expect([...needs.builtins]).toEqual(builtins)
  expect(needs.dom).toBe(dom)
})

test('what a package maps or brings along is not needed', async () => {
  const manifest = { browser: { fs: false as const }, dependencies: { events: '3' } }
  expect((await needsOfText(`require('fs'); require('events'); require('util')`, manifest)).builtins).toEqual(
    new Set(['util']),
  )
})

test.each([`import${' '.repeat(300_000)}x`, `require(${' '.repeat(300_000)}x`, `from "x`.repeat(100_000)])(
  'a text made to hold it up takes a moment',
  (text) => {
    expect(packagesAskedIn(text).length).toBeLessThan(3)
  },
)
