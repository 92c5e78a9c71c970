import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Guest } from './guest.ts'

/** Installs what guests use, without running any script of a package; does nothing for what is there. */
export async function install(folder: string, guests: readonly Guest[]): Promise<void> {
  const names = new Set(guests.flatMap(({ name, also }) => [name, ...also]))
  const missing = [...names].filter((name) => !existsSync(join(folder, 'node_modules', name)))
  if (missing.length === 0) return
  await mkdir(folder, { recursive: true })
  if (!existsSync(join(folder, 'package.json')))
    await writeFile(join(folder, 'package.json'), '{"private":true}')
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps']
  await promisify(execFile)('npm', ['install', ...flags, ...missing], { cwd: folder })
}
