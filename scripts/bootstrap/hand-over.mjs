// @ts-check
import { spawn } from 'node:child_process'
import { dirname, delimiter, join } from 'node:path'
import { findNode } from './find-node.mjs'
import { install } from './install.mjs'
import { ROOT } from './root.mjs'

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
const PARENT_WATCH_MS = 500

/**
 * Installs what is missing, then goes on in another file of this folder under the Node.js the project needs, with the
 * arguments of this process. This file and those beside it run on whatever Node.js the machine has.
 *
 * @param {string} script path inside `scripts/`
 */
export async function handOver(script) {
  try {
    install(say)
    process.exitCode = await run(findNode(), join(ROOT, 'scripts', script))
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`)
}

/**
 * @param {string} node
 * @param {string} file
 * @returns {Promise<number>} its exit code
 */
function run(node, file) {
  const bin = join(ROOT, 'node_modules/.bin')
  const child = spawn(node, ['--conditions=@isolated-runtime/source', file, ...process.argv.slice(2)], {
    cwd: ROOT,
    env: {
      ...process.env,
      PATH: [dirname(node), bin, process.env.PATH].join(delimiter),
      TURBO_TELEMETRY_DISABLED: '1',
    },
    stdio: 'inherit',
  })
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  const watch = onParentExit(() => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      clearInterval(watch)
      if (signal !== null) say(`"${file}" was ended by ${signal}`)
      resolve(code ?? 1)
    })
  })
}

/**
 * Notices that npm was killed, which passes nothing on then.
 *
 * @param {() => void} react
 */
function onParentExit(react) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    react()
  }, PARENT_WATCH_MS)
  return watch
}
