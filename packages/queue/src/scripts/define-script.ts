import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { RedisClient } from '../redis/redis-client.ts'
import { readLua } from './read-lua.ts'

/** What a script takes and gives; the header of its file says the same in words, and a test holds the two together. */
export interface ScriptDeclaration<Arg extends string, Reply extends z.ZodType> {
  /** Under `lua/`. */
  readonly file: string
  /** In the order in which the script has them in ARGV. */
  readonly args: readonly Arg[]
  /** Whether more may follow, in any number. */
  readonly hasMore?: boolean
  readonly reply: Reply
}

type Argument = string | number

/** Runs a script in one step, on one key. */
type RunScript<Arg extends string, Reply extends z.ZodType> = (
  redis: RedisClient,
  key: string,
  args: Readonly<Record<Arg, Argument>>,
  more?: readonly Argument[],
) => Promise<z.output<Reply>>

export type Script<Arg extends string, Reply extends z.ZodType> = RunScript<Arg, Reply> & {
  readonly declaration: ScriptDeclaration<Arg, Reply>
}

/** Of a script that has nothing to say. */
export const nothing = z.unknown().transform(() => undefined)

/** A function that runs a script; its text is sent once, and again when Redis has forgotten it. */
export function defineScript<Arg extends string, Reply extends z.ZodType>(
  declaration: ScriptDeclaration<Arg, Reply>,
): Script<Arg, Reply> {
  const text = readLua(declaration.file)
  const sha = createHash('sha1').update(text).digest('hex')
  const run: RunScript<Arg, Reply> = async (redis, key, args, more = []) => {
    const values = [...declaration.args.map((name) => args[name]), ...more]
    return declaration.reply.parse(await evaluate(redis, { text, sha }, key, values))
  }
  return Object.assign(run, { declaration })
}

async function evaluate(
  redis: RedisClient,
  { text, sha }: { readonly text: string; readonly sha: string },
  key: string,
  values: readonly Argument[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, 1, key, ...values)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return redis.eval(text, 1, key, ...values)
  }
}
