import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Installs `redis-server` from Debian's packages, and leaves no daemon running that the package starts.
 *
 * @returns why that could not be done; the empty string when it was
 */
export async function installRedis(say: (line: string) => void = () => {}): Promise<string> {
  if (!existsSync('/etc/debian_version')) return 'this is no Debian to install it on'
  if (process.getuid?.() !== 0) return 'only root can install it'
  say('Installing redis-server with apt-get')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run('apt-get', ['update', '-qq'], { env })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], { env })
    await stopDaemon()
    return ''
  } catch (error) {
    return `apt-get could not install it (${error instanceof Error ? error.message.trim() : String(error)})`
  }
}

// There was no daemon of this package before, so the one that runs now is the installation's.
async function stopDaemon(): Promise<void> {
  if (existsSync('/etc/init.d/redis-server')) await run('service', ['redis-server', 'stop'])
}
