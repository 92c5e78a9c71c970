import { encodeConstants, globalsSchema, IsolatedRuntimeError, parse } from '@isolated-runtime/protocol'
import { z } from 'zod'
import type { CompileHook, ResolveHook } from './hooks/hooks.ts'
import { standInsFolder } from './npm/stand-ins.ts'

const MIB = 1024 * 1024
const STAND_INS = 'standins'
/** As runtimes at the edge have them; which of them counts is the order of the package. */
const CONDITIONS = ['workerd', 'edge-light', 'worker'] as const

/** `lodash`, `lodash/fp`, `@acme/*`; `*` stands for a part of a name. */
const packagePatternSchema = z
  .string()
  .regex(
    /^(?:@[\w.*~-]+\/)?[\w.*~-]+(?:\/[\w.*~/-]+)?$/,
    'expected the name of a package, such as "lodash" or "@acme/*"',
  )
  .refine((pattern) => !pattern.split('/').some((part) => /^\.+$/.test(part)), 'expected a name, not a path')

const jsxSchema = z.union([
  z.boolean(),
  z.strictObject({ runtime: z.literal('automatic'), importSource: z.string().min(1).default('react') }),
  z.strictObject({
    runtime: z.literal('classic'),
    factory: z.string().min(1).default('React.createElement'),
    fragment: z.string().min(1).default('React.Fragment'),
  }),
])

function hookSchema<Hook>() {
  return z.union([
    z.string().min(1),
    z.custom<Hook>((value) => typeof value === 'function', 'expected a function or the path of a module'),
  ])
}

/** A module of Node.js is either served by a stand-in, or said to be missing. */
const nodeModulesSchema = z
  .union([z.literal(STAND_INS), z.array(z.string().min(1))])
  .optional()
  .transform((given) => {
    const list = typeof given === 'string' ? [given] : (given ?? [])
    const folders = list.filter((entry) => entry !== STAND_INS)
    const isDefault = given === undefined || (list.length > 0 && folders.length === 0)
    return { folders: isDefault ? undefined : folders, standIns: list.includes(STAND_INS) }
  })
  .refine(
    ({ standIns }) => !standIns || standInsFolder() !== undefined,
    `${JSON.stringify(STAND_INS)} needs the npm package "@isolated-runtime/stand-ins"; install it`,
  )

const envSchema = z.record(
  z.string().regex(/^[^=\0]+$/, 'expected the name of a variable'),
  z.string('expected a text, as all variables of an environment are'),
)

const packOptionsSchema = z.strictObject({
  maxBytes: z
    .int()
    .min(1)
    .max(12 * MIB)
    .default(10 * MIB),
  maxFiles: z.int().min(1).default(2_000),
  constants: globalsSchema.default({}),
  sourceExtensions: z.array(z.string().regex(/^\.[\w-]+$/, 'expected an ending such as ".rule"')).default([]),
  exclude: z
    .array(z.string().regex(/^[^/\\]+$/, 'expected the name of files or folders, such as "*.test.ts"'))
    .default([]),
  jsx: jsxSchema.default(false),
  external: z.array(packagePatternSchema).default([]),
  conditions: z
    .array(z.string().regex(/^[\w-]+$/, 'expected a condition such as "worker"'))
    .default([...CONDITIONS]),
  nodeModules: nodeModulesSchema,
  env: envSchema.optional(),
  compile: hookSchema<CompileHook>().optional(),
  resolve: hookSchema<ResolveHook>().optional(),
  hookTimeoutMs: z.int().min(1).max(600_000).default(30_000),
})

/** How a folder of guest code becomes a bundle, and how large it may be. */
export interface PackOptions {
  /**
   * The most bytes the files of code may hold together, and the most the bundle made of them may have; up to 12 MiB.
   *
   * @default 10 MiB
   */
  maxBytes?: number
  /**
   * The most files of code.
   *
   * @default 2_000
   */
  maxFiles?: number
  /**
   * Globals that every run of the bundle sees, as JSON values, 64 KiB at most: settings, and secrets that the guest may
   * know. They are part of what the bundle is, so that other constants make another bundle, and they cannot be changed
   * by guests.
   *
   * @default {}
   */
  constants?: Readonly<Record<string, unknown>>
  /**
   * Further endings of files of code, such as `.rule`: JavaScript, or what {@link compile} turns into it.
   *
   * @default []
   */
  sourceExtensions?: readonly string[]
  /**
   * The names of files and folders to leave out, such as `*.test.ts` or `benchmarks`, wherever they are; `*` stands for a
   * part of a name.
   *
   * @default []
   */
  exclude?: readonly string[]
  /**
   * Takes `.tsx` and `.jsx` as well. `true` is the automatic runtime with React; the package it imports has to be in
   * {@link external}.
   *
   * @default false
   */
  jsx?: boolean | JsxOptions
  /**
   * The npm packages that guests may use: `lodash` with all that is in it, `lodash/fp` alone, `@acme/*`. What these
   * depend on comes with them.
   *
   * @default []
   */
  external?: readonly string[]
  /**
   * The conditions of a package's `exports` that hold, besides `import` or `require`, and `default`; the order is that
   * of the package. `['browser']` takes builds for browsers always, rather than where others need Node.js.
   *
   * @default ['workerd', 'edge-light', 'worker']
   */
  conditions?: readonly string[]
  /**
   * `'standins'` serves `require('node:util')` and the like from packages that do the same, those of
   * `@isolated-runtime/stand-ins`, which has to be installed. Or where packages are, besides the `node_modules` in the
   * folder itself: directories such as `./node_modules`; `'standins'` may be among them.
   *
   * @default packages beside the folder and above it, as Node.js looks for them; no stand-ins
   */
  nodeModules?: 'standins' | readonly string[]
  /**
   * What guests see as `process.env`, and packages besides `NODE_ENV`. It counts as a constant by the name of `process`;
   * without it guests have no `process`.
   */
  env?: Readonly<Record<string, string>>
  /** Turns the text of each file of code into JavaScript: a function, or the path of a module that exports one. */
  compile?: CompileHook | string
  /** Decides what specifiers lead to: a function, or the path of a module that exports one. */
  resolve?: ResolveHook | string
  /**
   * How long each call of an asynchronous hook may take, and loading its module, in milliseconds; up to ten minutes.
   *
   * @default 30_000
   */
  hookTimeoutMs?: number
}

/** What JSX becomes. */
type JsxOptions =
  | {
      runtime: 'automatic'
      /** The package that has the `jsx-runtime`. @default 'react' */
      importSource?: string
    }
  | {
      runtime: 'classic'
      /** @default 'React.createElement' */
      factory?: string
      /** @default 'React.Fragment' */
      fragment?: string
    }

export interface ParsedPackOptions extends Omit<z.output<typeof packOptionsSchema>, 'constants' | 'env'> {
  readonly constantsJson: string | undefined
  /** Whether guests have `process`, with `env` alone. */
  readonly hasEnv: boolean
}

/** @throws `INVALID_OPTIONS` naming every option that is unknown or out of range, never a constant's value */
export function parsePackOptions(options: PackOptions): ParsedPackOptions {
  const { constants, env, ...rest } = parse(
    packOptionsSchema,
    options,
    'options for packing',
    'INVALID_OPTIONS',
  )
  if (env !== undefined && Object.hasOwn(constants, 'process'))
    throw new IsolatedRuntimeError(
      'INVALID_OPTIONS',
      'Invalid options for packing: "env" and "constants.process" are the same global, expected one of them',
    )
  const all = env === undefined ? constants : { ...constants, process: { env } }
  return { ...rest, hasEnv: env !== undefined, constantsJson: encodeConstants(all) }
}
