import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { build } from '../program/build.ts'
import { runMain } from '../program/run-main.ts'
import { runProgram } from '../program/run-program.ts'
import { say } from '../program/say.ts'
import { Fleet } from './fleet.ts'
import { nextSteps } from './next-steps.ts'
import { parseOptions, USAGE } from './options.ts'
import { provideRedis } from './provide-redis.ts'

const DATA_DIR = resolve('.data')
const EXAMPLE = 'examples/01-run/main.ts'

await runMain(async (signal) => {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) {
    say(USAGE)
    return 0
  }
  say('Building')
  await build({ signal })
  signal.throwIfAborted()

  await mkdir(DATA_DIR, { recursive: true })
  await using stack = new AsyncDisposableStack()
  const redisUrl = await provideRedis(process.env.REDIS_URL, DATA_DIR, stack)
  signal.throwIfAborted()
  const fleet = stack.use(await Fleet.start(redisUrl, DATA_DIR))
  signal.throwIfAborted()

  const ending = AbortSignal.any([signal, fleet.lost])

  say(`Running "${EXAMPLE}"`)
  const env = { ...process.env, REDIS_URL: redisUrl }
  const code = await runProgram(process.execPath, [EXAMPLE], { env, signal: ending })
  signal.throwIfAborted()
  if (options.once || code !== 0) return code === 0 && fleet.crashes > 0 ? 1 : code

  say(nextSteps(redisUrl, EXAMPLE))
  if (!ending.aborted) await once(ending, 'abort')
  say(signal.aborted ? 'Stopping: the executors finish what they run' : 'Stopping: no executor is left')
  return fleet.crashes === 0 ? 0 : 1
})
