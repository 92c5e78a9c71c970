import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { IsolatedRuntime } from 'isolated-runtime'
import { codeOf, type Guest } from './guest.ts'

const NODE_TIMEOUT_MS = 60_000
const RUN_TIMEOUT_MS = 60_000

/** What became of a guest: the same value as in Node.js, or why not. */
export type Told = 'same' | { readonly why: string }

/** A guest that was tried; `node` says why it cannot be compared. */
export interface Tried {
  readonly name: string
  readonly fresh: Told
  readonly hardened: Told
  readonly node: string | undefined
}

/** Runs each guest in Node.js, and in a fresh and a hardened realm. */
export async function tryGuests(
  folder: string,
  guests: readonly Guest[],
  { standIns }: { readonly standIns: boolean },
): Promise<readonly Tried[]> {
  await using runtime = new IsolatedRuntime({
    packing: { external: ['*', '@*/*'], ...(standIns && { nodeModules: 'standins' }) },
    sandbox: { maxCells: 1, spareCells: 1 },
  })
  const tried: Tried[] = []
  for (const [index, guest] of guests.entries()) {
    process.stderr.write(`\r${index + 1} of ${guests.length} ${guest.specifier.padEnd(30)}`)
    tried.push(await tryGuest(runtime, join(folder, 'guests', String(index)), guest))
  }
  process.stderr.write('\n')
  return tried
}

async function tryGuest(runtime: IsolatedRuntime, folder: string, guest: Guest): Promise<Tried> {
  const file = guest.isEsm ? 'main.mjs' : 'main.js'
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, file), codeOf(guest))
  const name = guest.specifier
  const expected = await inNode(join(folder, file))
  if ('why' in expected) return { name, fresh: expected, hardened: expected, node: expected.why }
  const inRealm = async (realm: 'fresh' | 'hardened'): Promise<Told> => {
    try {
      const limits = { timeoutMs: RUN_TIMEOUT_MS, memoryMb: 128 }
      const value = await runtime.run({ folder, file, funcName: 'main', realm, limits })
      const text = JSON.stringify(value) ?? 'undefined'
      return text === expected.text ? 'same' : { why: `gives ${text}, Node.js gives ${expected.text}` }
    } catch (error) {
      return { why: error instanceof Error ? error.message : String(error) }
    }
  }
  return { name, fresh: await inRealm('fresh'), hardened: await inRealm('hardened'), node: undefined }
}

async function inNode(path: string): Promise<{ text: string } | { why: string }> {
  const program = `
    const { main } = await import(${JSON.stringify(path)}).then((m) => m.main ? m : m.default)
    process.stdout.write('\\n=' + (JSON.stringify(await main()) ?? 'undefined'), () => process.exit(0))`
  try {
    const options = { timeout: NODE_TIMEOUT_MS, maxBuffer: 2 ** 26 }
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      options,
    )
    return { text: stdout.slice(stdout.lastIndexOf('\n=') + 2) }
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    return { why: /^\w*Error.*$/m.exec(stderr)?.[0] ?? String(error) }
  }
}
