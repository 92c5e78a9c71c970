import { createBundle, type Bundle } from '@isolated-runtime/protocol'
import { builtins } from './builtins.ts'
import { engine } from './engine.ts'
import { globals } from './globals.ts'
import { OBSERVER } from './observer.ts'
import type { Program } from './program.ts'
import { state } from './state.ts'

/** A program and the file it has in {@link bundle}. */
export interface Numbered extends Program {
  readonly file: string
}

export const programs: readonly Numbered[] = [...globals, ...builtins, ...engine, ...state].map(
  (program, index) => ({ ...program, file: `/programs/${index}.js` }),
)

export const observer = '/observer.js'

/** What programs find as globals. */
export const CONTEXT = '{"rate":0.2,"setting":{"deep":[1]}}'

/** All in one bundle, because only runs of one bundle share a realm. */
export const bundle: Bundle = createBundle({
  ...Object.fromEntries(programs.map(({ file, code }) => [file, { kind: 'commonjs' as const, code }])),
  '/programs/counter.js': { kind: 'commonjs', code: 'exports.calls = 0' },
  '/programs/counter.json': { kind: 'json', code: '{"calls":0}' },
  [observer]: { kind: 'commonjs', code: OBSERVER },
})
