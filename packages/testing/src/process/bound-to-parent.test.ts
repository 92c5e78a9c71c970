import { expect, test } from 'vitest'
import { boundToParent } from './bound-to-parent.ts'
import { startProcess } from './start-process.ts'

test.runIf(process.platform === 'linux')('a bound process dies with a parent that is killed', async () => {
  const bound = boundToParent(process.execPath, ['-e', 'console.log("bound"); setInterval(() => {}, 1e6)'])
  await using parent = await startProcess(process.execPath, [
    '-e',
    `require('node:child_process').spawn(...${JSON.stringify(bound)}, { stdio: 'inherit' })`,
  ])
  await parent.waitForLine(/^bound$/)
  parent.kill('SIGKILL')
  // The exit is told when nobody holds the output any more, and the bound process holds it as well.
  expect(await parent.exit).toEqual({ code: null, signal: 'SIGKILL' })
})
