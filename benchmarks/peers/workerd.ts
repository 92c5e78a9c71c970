import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess } from '@isolated-runtime/testing'
import { codeOf, type Contender } from './contender.ts'

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "main.js", esModule = embed "main.js")],
    compatibilityDate = "2025-09-01",
    bindings = [(name = "LOADER", workerLoader = (id = "tenants"))],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`
const MAIN = `export default {
  async fetch(request, env) {
    const tenant = new URL(request.url).pathname.slice(1)
    const worker = env.LOADER.get(tenant, async () => ({
      compatibilityDate: '2025-09-01',
      mainModule: 'main.js',
      modules: { 'main.js': await request.text() },
      globalOutbound: null,
    }))
    return worker.getEntrypoint().fetch('http://tenant/')
  },
}
`

/** workerd, which loads a worker for each tenant and keeps it. @param peers a folder with workerd of npm installed */
export async function startWorkerd(peers: string): Promise<Contender> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'peers-'))
  stack.defer(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'config.capnp'), CONFIG)
  await writeFile(join(folder, 'main.js'), MAIN)
  const args = ['serve', join(folder, 'config.capnp'), '--experimental', '--control-fd=1']
  const workerd = stack.use(
    await startProcess(join(peers, 'node_modules', 'workerd', 'bin', 'workerd'), args),
  )
  const listening = await workerd.waitForLine(/"event":"listen"/)
  const { port } = JSON.parse(listening) as { port: number }
  const agent = new Agent({ keepAlive: true })
  stack.defer(() => agent.destroy())
  const release = stack.move()
  return {
    call: (tenant) =>
      new Promise((resolve, reject) => {
        const call = request({ port, agent, method: 'POST', path: `/${tenant}` }, (response) => {
          response.resume().on('end', () => {
            if (response.statusCode === 200) resolve()
            else reject(new Error(`workerd answered ${response.statusCode}`))
          })
        })
        call.on('error', reject)
        call.end(
          `const exports = {};${codeOf(tenant)}\n;export default { fetch: () => Response.json(exports.echo(1)) }`,
        )
      }),
    [Symbol.asyncDispose]: () => release.disposeAsync(),
  }
}
