const NOTHINGS = { null: null, 'an array': [], 'a number': 7, true: true, 'a function': () => undefined }

/** Input of the wrong type, by what it is. */
export type WrongInput = Readonly<Record<string, unknown>>

/** What is no string that names something. */
export const NO_NAMES: WrongInput = { ...NOTHINGS, 'an object': {}, '""': '', nothing: undefined }

/** What is no object with the fields that are required. */
export const NO_REQUESTS: WrongInput = { ...NO_NAMES, 'a string': 'a' }

/** What is no object of fields that may all be missing. */
export const NO_OPTIONS: WrongInput = { ...NOTHINGS, '""': '', 'a string': 'a' }

/** What a call was given, and what it threw or rejected with. */
interface Refusal {
  readonly what: string
  readonly error: unknown
}

/** Calls with each input, one after the other. */
export async function refusalsOf(input: WrongInput, call: (given: never) => unknown): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  for (const [what, given] of Object.entries(input)) {
    try {
      await call(given as never)
      refusals.push({ what, error: 'nothing was thrown' })
    } catch (error) {
      refusals.push({ what, error })
    }
  }
  return refusals
}
