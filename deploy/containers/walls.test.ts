import { join } from 'node:path'
import { expect, test } from 'vitest'
import { docker } from './docker.ts'
import { IMAGE, RESTRICTED } from './use-fleet.ts'

const ROOT = join(import.meta.dirname, '../..')
const VITEST = ['--conditions=@isolated-runtime/source', 'node_modules/vitest/vitest.mjs', 'run']
const CONFIG = [
  '--config',
  'deploy/containers/inside.config.ts',
  '--configLoader',
  'runner',
  '--maxWorkers=1',
]
const OF_CELLS = [
  'packages/sandbox/attacks/cell',
  'packages/sandbox/attacks/thread',
  'packages/sandbox/src/pool',
]

test('the walls of cells hold in the image as a restricted pod runs it', async () => {
  const mount = ['--volume', `${ROOT}:/repo:ro`, '--workdir', '/repo', '--memory', '4g']
  const writable = ['--env', 'XDG_DATA_HOME=/tmp', '--env', 'NO_COLOR=1']
  const container = ['run', '--rm', ...RESTRICTED, ...mount, ...writable, '--entrypoint', 'node', IMAGE]
  expect(await docker([...container, ...VITEST, ...CONFIG, ...OF_CELLS])).toMatch(/Test Files +\d+ passed/)
})
