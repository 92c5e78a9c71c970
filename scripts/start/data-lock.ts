import { readFile, rm, writeFile } from 'node:fs/promises'

/**
 * Keeps a second process from writing to the same data.
 *
 * @throws when one that still runs holds the lock
 */
export async function lockData(file: string): Promise<AsyncDisposable> {
  const holder = await holderOf(file)
  if (holder !== undefined && isRunning(holder)) {
    throw new Error(
      `Process ${holder} holds "${file}": "npm start" runs already; stop it, or set REDIS_URL to use another Redis`,
    )
  }
  // A holder that was killed leaves the file behind.
  await rm(file, { force: true })
  await writeFile(file, String(process.pid), { flag: 'wx' })
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) }
}

async function holderOf(file: string): Promise<number | undefined> {
  try {
    return Number(await readFile(file, 'utf8'))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process runs, but is not ours to signal.
    return hasCode(error, 'EPERM')
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
