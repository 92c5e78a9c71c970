import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf, type Contender } from './contender.ts'

const execute = promisify(execFile)

/** A process of Deno without rights for each call. @param peers a folder with Deno of npm installed */
export async function startDeno(peers: string): Promise<Contender> {
  const deno = join(peers, 'node_modules', 'deno', 'deno')
  const folder = await mkdtemp(join(tmpdir(), 'peers-'))
  const files = new Map<string, Promise<string>>()
  const write = async (tenant: string): Promise<string> => {
    const file = join(folder, `${tenant}.js`)
    await writeFile(
      file,
      `const exports = {};${codeOf(tenant)}\n;console.log(JSON.stringify(exports.echo(1)))`,
    )
    return file
  }
  const env = { DENO_DIR: folder, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }
  await execute(deno, ['--version'], { env })
  return {
    call: async (tenant) => {
      const file = files.get(tenant) ?? write(tenant)
      files.set(tenant, file)
      const { stdout } = await execute(deno, ['run', '--no-prompt', '--no-remote', await file], { env })
      if (stdout.trim() !== '1') throw new Error(`Deno wrote ${stdout}`)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
