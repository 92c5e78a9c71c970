import { fileURLToPath } from 'node:url'
import { Client, type ClientOptions } from '@isolated-runtime/client'
import { boundToParent, startProcess } from '@isolated-runtime/testing'
import type { RealmKind } from '../sandbox/contenders.ts'
import type { Caller } from './caller.ts'

const MAIN = fileURLToPath(new URL('../../services/executor/dist/main.js', import.meta.url))
const FOLDER = fileURLToPath(new URL('modules', import.meta.url))

/** A fleet of one executor, as it ships, and its clients. */
export class Ours implements AsyncDisposable {
  readonly #url: string
  readonly #stack: AsyncDisposableStack

  private constructor(url: string, stack: AsyncDisposableStack) {
    this.#url = url
    this.#stack = stack
  }

  static async start(url: string): Promise<Ours> {
    await using stack = new AsyncDisposableStack()
    const executor = stack.use(
      await startProcess(...boundToParent(process.execPath, [MAIN]), {
        env: {
          ...process.env,
          REDIS_URL: url,
          HOST: '127.0.0.1',
          PORT: '0',
          LOG_LEVEL: 'info',
          KEEP_OUTCOME_MS: '60000',
          MAX_KEPT_OUTCOMES: '10000',
        },
      }),
    )
    await executor.waitForLine(/"msg":"ready"/, 30_000)
    return new Ours(url, stack.move())
  }

  /** A client with connections of its own. */
  async caller(
    payload: unknown,
    realm: RealmKind,
    options: Pick<ClientOptions, 'batching'> = {},
  ): Promise<Caller> {
    const client = this.#stack.use(await Client.connect({ ...options, redis: this.#url }))
    const request = { folder: FOLDER, file: 'echo.js', funcName: 'echo', args: [payload], realm }
    await client.run(request)
    return { call: () => client.run(request), [Symbol.asyncDispose]: () => client.close() }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}
