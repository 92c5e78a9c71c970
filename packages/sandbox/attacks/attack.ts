import type { Call } from '../src/fixtures/call-guest.ts'

/** A program that tries to get past one wall. The folder its file is in says which. */
export interface Attack extends Omit<Call, 'code' | 'signal' | 'tenant'> {
  /** The technique, in a few words. */
  readonly name: string
  /** Where it was published, or what published attack it is kin to; absent where we know of none. */
  readonly reference?: string
  /** The guest's `/main.js`. Its `main` gives what shows that the attack was carried out, and all it got hold of. */
  readonly code: string
  /** It ends so only where each cell is a user of its own: see `levelOfCells()`. */
  readonly betweenUsers?: true
  /** It ends so only where cells are not root: they stay root where they cannot be users of their own. */
  readonly notAsRoot?: true
  /** How the run must end. */
  readonly expected: Expected
}

export type Expected =
  | { readonly status: 'succeeded'; readonly value: unknown }
  | { readonly status: 'failed' | 'refused' | 'timed-out'; readonly error: ExpectedError }

export interface ExpectedError {
  readonly code?: string
  readonly name?: string
  readonly message?: string | RegExp
}
