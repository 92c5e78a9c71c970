/** A guest program that tries to leave something behind, or would notice if another had. */
export interface Program {
  readonly name: string
  /** A CommonJS module that exports `main`. */
  readonly code: string
  /** What becomes of the hardened realm it ran in. @default 'kept' */
  readonly fate?: 'kept' | 'thrown away'
  /** Which difference of `docs/guide/realms.md` makes it come out otherwise in a hardened realm. */
  readonly differs?: Difference
  /** It leaves a rejection that nobody handles, which ends a process that is no cell. */
  readonly rejects?: true
}

/** The documented differences between a hardened realm and a fresh one. */
type Difference = 'builtins are frozen' | 'methods are accessors' | 'Error is frozen'

type Traits = Pick<Program, 'fate' | 'differs' | 'rejects'>

/** A program whose `main` is that body. */
export function calling(name: string, body: string, traits: Traits = {}): Program {
  return { name, code: `exports.main = async () => {\n${body}\n}`, ...traits }
}

/** A program of which more than `main` matters. */
export function module(name: string, code: string, traits: Traits = {}): Program {
  return { name, code, ...traits }
}
