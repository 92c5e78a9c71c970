import { readFileSync } from 'node:fs'
import { startProcess } from '@isolated-runtime/testing'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { EsbuildProcess } from './esbuild-process.ts'

/** esbuild's parser tries both readings of each arrow: twice the time for each one more. */
const ENDLESS = `${'a?(b):c=>'.repeat(60)}1`

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
  } catch {
    return false
  }
}

describe('a text that esbuild does not survive', () => {
  test('is given up at the deadline, and the next is transformed', async () => {
    const esbuild = new EsbuildProcess(500)
    await expect(esbuild.transform(ENDLESS, { loader: 'ts' })).resolves.toBeUndefined()
    await expect(esbuild.transform('let a: 1', { loader: 'ts' })).resolves.toMatchObject({ code: 'let a;\n' })
  })

  test.runIf(process.platform === 'linux')('does not take others with it, nor blame them', async () => {
    const esbuild = new EsbuildProcess(500)
    const transform = (text: string) => esbuild.transform(text, { loader: 'ts' })
    const first = [transform('let a: 1'), transform(ENDLESS), transform('let b: 1'), transform(ENDLESS)]
    for (const pid of childrenOf(process.pid)) {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--service=')) process.kill(pid, 'SIGKILL')
    }
    const results = await Promise.all([...first, transform('let c: 1')])
    expect(results.map((result) => result?.code)).toEqual([
      'let a;\n',
      undefined,
      'let b;\n',
      undefined,
      'let c;\n',
    ])
  })
})

const entry = (contents: string) => () => build({ stdin: { contents, loader: 'ts' }, write: false })

test('a build that esbuild does not survive is given up at its own deadline, and takes no other with it', async () => {
  const esbuild = new EsbuildProcess(10_000)
  const [endless, other] = await Promise.all([
    esbuild.run(entry(ENDLESS), { deadlineMs: 500 }),
    esbuild.run(entry('let a: 1')),
  ])
  expect(endless).toBeUndefined()
  expect(other?.outputFiles[0]?.text).toContain('let a;')
})

test.runIf(process.platform === 'linux')(
  'a process that packed ends by itself and leaves no esbuild behind',
  async () => {
    const script = `
    import { readFileSync } from 'node:fs'
    import { EsbuildProcess } from ${JSON.stringify(import.meta.resolve('./esbuild-process.ts'))}
    await new EsbuildProcess(10_000).transform('let a: 1', { loader: 'ts' })
    console.log('children ' + readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8'))
  `
    const args = [...process.execArgv, '--input-type=module', '--eval', script]
    await using host = await startProcess(process.execPath, args)
    const line = await host.waitForLine(/^children \d/)
    await expect(host.exit).resolves.toEqual({ code: 0, signal: null })
    const pid = Number(line.split(' ')[1])
    await expect.poll(() => isRunning(pid)).toBe(false)
  },
)
