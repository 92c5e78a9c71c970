import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, RedisServer, temporaryFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { startExecutor, startMain } from './fixtures/start-main.ts'

/** A certificate for "localhost" that is its own authority. */
async function makeCertificate(folder: string): Promise<{ readonly key: string; readonly cert: string }> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1']
  await promisify(execFile)('openssl', ['req', '-x509', ...made, ...names])
  return { key, cert }
}

test('an executor speaks TLS with a Redis whose authority it is told, and with no other', async () => {
  await using folder = await temporaryFolder()
  const { key, cert } = await makeCertificate(folder.path)
  const port = await freePort()
  const tls = ['--tls-port', `${port}`, '--tls-auth-clients', 'no']
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert]
  await using stack = new AsyncDisposableStack()
  stack.use(await RedisServer.start({ args: [...tls, ...files] }))
  const env = { REDIS_URL: `rediss://localhost:${port}`, PORT: '0' }
  const { executor } = await startExecutor({ ...env, NODE_EXTRA_CA_CERTS: cert })
  await executor[Symbol.asyncDispose]()
  await using refused = await startMain(env)
  expect(await refused.exit).toEqual({ code: 1, signal: null })
  expect(refused.lines.at(-1)).toMatch(/"code":"REDIS_UNREACHABLE".*certificate/)
})
