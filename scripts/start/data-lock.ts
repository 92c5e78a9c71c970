import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'

/**
 * Keeps a second process from writing to the same data.
 *
 * @throws when one that still runs holds the lock
 */
export async function lockData(file: string): Promise<AsyncDisposable> {
  const own = `${file}.${process.pid}`
  await writeFile(own, String(process.pid))
  try {
    // Whoever links first has the lock; what a killed holder left behind is moved out of the way.
    while (!(await linked(own, file))) await moveAway(file, `${own}.stale`)
  } finally {
    await rm(own, { force: true })
  }
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) }
}

async function linked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Moves a lock that nobody holds; one that a contender took in the meantime is put back. */
async function moveAway(file: string, stale: string): Promise<void> {
  refuseIfRuns(await holderOf(file), file)
  try {
    await rename(file, stale)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  const holder = await holderOf(stale)
  if (holder !== undefined && isRunning(holder)) await linked(stale, file)
  await rm(stale, { force: true })
  refuseIfRuns(holder, file)
}

function refuseIfRuns(holder: number | undefined, file: string): void {
  if (holder === undefined || !isRunning(holder)) return
  throw new Error(
    `Process ${holder} holds "${file}": "npm start" runs already; stop it, or set REDIS_URL to use another Redis`,
  )
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
