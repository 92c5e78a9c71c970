import type { NotJson, JsonProblem } from './not-json.ts'

/**
 * The functions of a guest's file as a program calls them, by the type of the file:
 * `ModuleFunctions<typeof import('./modules/discount.ts')>`. Each takes what the guest's function takes, and gives a
 * promise of what it returns, awaited. What the file exports besides functions is not there.
 *
 * A function that takes or returns what JSON cannot carry is no function here but a {@link NotJson} that says why. Of an
 * overloaded function the last signature counts; type parameters become `unknown`. `then` and `toJSON` are left out:
 * JavaScript itself would call them.
 */
export type ModuleFunctions<Module> = {
  readonly [
    Name in keyof Module as Module[Name] extends AnyFunction
      ? Exclude<Name, symbol | number | 'then' | 'toJSON'>
      : never
  ]: Called<Module[Name]>
}

type AnyFunction = (...args: never[]) => unknown

type Called<Func> = Func extends (...args: infer Args) => infer Result
  ? [ProblemOfCall<Args, Awaited<Result>>] extends [never]
    ? (...args: Args) => Promise<Awaited<Result>>
    : NotJson<ProblemOfCall<Args, Awaited<Result>>>
  : never

type ProblemOfCall<Args extends readonly unknown[], Result> =
  | ProblemOfArguments<Args>
  // Nothing at all is a fine result.
  | JsonProblem<Exclude<Result, undefined | void>, 'the result'>

/** Arguments that are left out are fine, unlike `undefined` in other lists. */
type ProblemOfArguments<Args extends readonly unknown[]> = {
  [Index in keyof Args]-?: JsonProblem<Exclude<Args[Index], undefined>, 'an argument'>
}[number]
