import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import { Spawner } from './spawner.ts'

const isLinux = process.platform === 'linux'
const PATIENCE = { timeout: 20_000 }

type Started = NonNullable<ReturnType<Spawner['start']>>

/** Starts a shell once the spawner is up; the pipe of a process is its descriptor 3. */
async function startShell(script: string): Promise<Started> {
  return vi.waitFor(() => {
    const order = { file: '/bin/sh', args: ['-c', script], cwd: '/', env: {}, user: undefined }
    const started = Spawner.get()?.start(order)
    if (started === undefined) throw new Error('The spawner is not up')
    return started
  }, PATIENCE)
}

function parentOf(pid: number | undefined): number {
  return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

describe.runIf(isLinux)('the spawner', () => {
  it('starts a process, passes on what it says, and tells how it ended', async () => {
    const { child, pipe } = await startShell('echo first >&3; echo last >&2; exit 7')
    const lastWords = text(child.stderr)
    const [said, [code, signal]] = await Promise.all([text(pipe), once(child, 'close')])
    child.stderr.end()
    expect(said).toBe('first\n')
    expect(await lastWords).toBe('last\n')
    expect({ code, signal }).toEqual({ code: 7, signal: null })
  })

  it('tells what a process has used that is gone', async () => {
    const { child, pipe } = await startShell('i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done')
    pipe.resume()
    const [, , cpu] = await once(child, 'close')
    expect(cpu.totalMs).toBeGreaterThan(0)
    expect(cpu.mainMs).toBeGreaterThan(0)
  })

  it('ends a process that was to end before it was started', async () => {
    const { child, pipe } = await startShell('exec sleep 600')
    expect(child.pid).toBeUndefined()
    child.kill()
    pipe.resume()
    expect((await once(child, 'close')).slice(0, 2)).toEqual([null, 'SIGKILL'])
  })

  it('says why a process could not be started', async () => {
    await startShell('exit 0')
    const { child } = await vi.waitFor(() => {
      const started = Spawner.get()?.start({
        file: '/no/such/file',
        args: [],
        cwd: '/',
        env: {},
        user: undefined,
      })
      if (started === undefined) throw new Error('The spawner has no pair ready')
      return started
    }, PATIENCE)
    const [error] = await once(child, 'error').catch((thrown: unknown) => [thrown])
    expect(String(error)).toContain('ENOENT')
  })

  it('is not misled by strangers who connect to its socket', async () => {
    await startShell('exit 0')
    const addresses = readFileSync('/proc/net/unix', 'utf8').match(/@isolated-runtime-\w+/g) ?? []
    expect(addresses.length).toBeGreaterThan(0)
    for (const address of new Set(addresses)) {
      const stranger = connect(address.replace('@', '\0'))
      stranger.on('error', () => {})
      stranger.resume()
      stranger.write(Buffer.alloc(16))
      await once(stranger, 'close')
    }
    const { child, pipe } = await startShell('echo still >&3')
    child.on('error', () => {})
    expect(await text(pipe)).toBe('still\n')
  })

  it('that is killed takes its processes along, and another takes its place', async () => {
    const { child, pipe } = await startShell('exec sleep 600')
    pipe.resume()
    await once(child, 'spawn')
    const spawner = parentOf(child.pid)
    process.kill(spawner, 'SIGKILL')
    expect((await once(child, 'close')).slice(0, 2)).toEqual([null, 'SIGKILL'])
    const { child: next, pipe: nextPipe } = await startShell('exec sleep 600')
    nextPipe.resume()
    await once(next, 'spawn')
    expect(parentOf(next.pid)).not.toBe(spawner)
    next.kill()
    await once(next, 'close')
  })
})
