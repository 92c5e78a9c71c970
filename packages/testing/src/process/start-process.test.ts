import { expect, test } from 'vitest'
import { startProcess } from './start-process.ts'

const node = (code: string): [string, string[]] => [process.execPath, ['-e', code]]

test('startProcess() keeps the output and tells how the process ended', async () => {
  await using started = await startProcess(
    ...node('console.log("one"); console.error("two"); process.exitCode = 3'),
  )
  expect(await started.exit).toEqual({ code: 3, signal: null })
  expect([...started.lines].toSorted()).toEqual(['one', 'two'])
})

test('waitForLine() gives a line of the past and one to come', async () => {
  await using started = await startProcess(
    ...node(
      'process.on("SIGTERM", () => { console.log("bye"); process.exit() }); setInterval(() => {}, 1e6); console.log("ready 1")',
    ),
  )
  expect(await started.waitForLine(/^ready/)).toBe('ready 1')
  expect(await started.waitForLine(/^ready/)).toBe('ready 1')
  started.kill()
  expect(await started.waitForLine(/bye/)).toBe('bye')
  expect(await started.exit).toEqual({ code: 0, signal: null })
})

test('waitForLine() rejects with the output when the process ends first', async () => {
  await using started = await startProcess(...node('console.log("no luck")'))
  await expect(started.waitForLine(/ready/)).rejects.toThrow(
    /ended with 0 without a line like \/ready\/.*no luck/s,
  )
})

test('startProcess() rejects for a command that is not there', async () => {
  await expect(startProcess('no-such-command-here')).rejects.toThrow('ENOENT')
})

test('a started process is killed at the end of its scope', async () => {
  let exit
  {
    await using started = await startProcess(...node('setInterval(() => {}, 1e6)'))
    ;({ exit } = started)
  }
  expect(await exit).toEqual({ code: null, signal: 'SIGKILL' })
})
