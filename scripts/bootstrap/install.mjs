// @ts-check
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ROOT } from './root.mjs'

/**
 * Installs what package-lock.json asks for, unless it is there.
 *
 * @param {(line: string) => void} say is told that it installs
 * @throws {Error} when npm fails
 */
export function install(say) {
  if (isInstalled()) return
  say('Installing the dependencies with npm ci')
  const { status, error } = spawnSync(
    'npm',
    ['ci', '--include=dev', '--include=optional', '--loglevel=error'],
    {
      cwd: ROOT,
      env: { ...process.env, PATH: pathOutsideOf('node_modules') },
      // Standard output belongs to the program that follows.
      stdio: ['ignore', 2, 2],
    },
  )
  if (status !== 0) {
    throw new Error(`"npm ci" in "${ROOT}" ended with ${status}; see above for what it said`, {
      cause: error,
    })
  }
}

function isInstalled() {
  const wanted = packagesOf('package-lock.json')
  const present = packagesOf('node_modules/.package-lock.json')
  if (wanted === undefined) throw new Error(`There is no package-lock.json in "${ROOT}" to install from`)
  if (present === undefined) return false
  return Object.entries(wanted)
    .filter(([path]) => path.includes('node_modules/'))
    .every(([path, { version, optional }]) => {
      const found = present[path]
      return found === undefined ? optional === true : found.version === version
    })
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined} by path; `undefined` without the file
 */
function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(join(ROOT, lockFile), 'utf8')).packages
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Error(`Cannot read "${lockFile}"`, { cause: error })
  }
}

/**
 * PATH without the folders that npm put there: the Node.js in one of them is about to be replaced.
 *
 * @param {string} folder
 */
function pathOutsideOf(folder) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.filter((path) => !path.split(/[\\/]/).includes(folder)).join(delimiter)
}
