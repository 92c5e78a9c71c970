#!/usr/bin/env node
// Nothing else is loaded before the check: an older Node.js would fail on the rest in its own words.
import { requireNode, toIsolatedRuntimeError } from '@isolated-runtime/protocol'

try {
  requireNode()
} catch (error) {
  refuse(toIsolatedRuntimeError(error).message)
}
const [{ helpText, readConfig }, { Executor }, { protectionSummary }, { pino }] = await Promise.all([
  import('./config.ts'),
  import('./executor.ts'),
  import('./protection/protection.ts'),
  import('pino'),
])

const [argument] = process.argv.slice(2)
if (argument === '--help') {
  process.stdout.write(helpText())
  process.exit(0)
}
if (argument !== undefined) refuse(`Unknown argument "${argument}"; the only one is "--help"`)

const config = configOrRefuse()
// What is started or reported from here need not have the password.
delete process.env['REDIS_URL']
const logger = pino({ level: config.logLevel, base: { executor: config.name } })
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error) => {
    logger.fatal({ event: 'process.uncaught', err: error }, 'Uncaught exception')
    process.exit(1)
  })
}

const starting = Executor.start(config, logger)
let isStopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
try {
  const { port, cellUser, protection } = await starting
  logger.info({ event: 'executor.protection', ...protectionSummary(protection) }, 'protection')
  if (!isStopping) logger.info({ event: 'executor.ready', port, cellUser }, 'ready')
} catch (error) {
  const { code, message } = toIsolatedRuntimeError(error)
  logger.fatal({ event: 'executor.start-failed', code, ...(code === 'INTERNAL' && { err: error }) }, message)
  process.exit(1)
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  if (isStopping) process.exit(1)
  isStopping = true
  logger.info({ event: 'executor.draining', signal }, 'draining')
  await (await starting).close()
  logger.info({ event: 'executor.closed' }, 'closed')
  process.exit(0)
}

function configOrRefuse(): ReturnType<typeof readConfig> {
  try {
    return readConfig(process.env)
  } catch (error) {
    return refuse(toIsolatedRuntimeError(error).message)
  }
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
