import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface DockerOptions {
  readonly env?: Readonly<Record<string, string>>
}

/** Runs `docker` with these arguments and gives what it prints. @throws with what it wrote when it fails */
export async function docker(args: readonly string[], { env = {} }: DockerOptions = {}): Promise<string> {
  const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 2 ** 20 }
  try {
    const { stdout } = await promisify(execFile)('docker', args, options)
    return stdout.trim()
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string }
    throw new Error(`"docker ${args.join(' ')}" failed:\n${stderr ?? ''}\n${stdout ?? ''}`, { cause })
  }
}

/** What `docker inspect` knows of a container or an image. */
export async function inspect(name: string): Promise<Record<string, unknown>> {
  const [found] = JSON.parse(await docker(['inspect', name])) as Record<string, unknown>[]
  if (found === undefined) throw new Error(`Docker does not know "${name}"`)
  return found
}
