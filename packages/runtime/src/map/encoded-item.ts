import {
  decodeOutcome,
  IsolatedRuntimeError,
  problemOfItem,
  toIsolatedRuntimeError,
  toJson,
  unsuccessful,
  type Call,
  type Outcome,
} from '@isolated-runtime/protocol'

/** An item of a map as it is sent; or what became of it, if it cannot be. */
export type EncodedItem =
  | { readonly kind: 'item'; readonly json: string; readonly bytes: number }
  | { readonly kind: 'settled'; readonly outcome: Outcome }

/**
 * Turns the argument list of an item into JSON. One that JSON cannot carry, or that is too large, is the trouble of
 * that item alone: it settles as `refused`.
 *
 * @throws `INVALID_REQUEST` if it is no list
 */
export function encodeItem(
  item: unknown,
  index: number,
  call: Pick<Call, 'contextJson' | 'limits'>,
): EncodedItem {
  if (!Array.isArray(item)) throw notAList(item, index)
  try {
    const json: unknown = toJson(item, `arguments of item ${index}`, `items[${index}]`, 'ARGUMENTS_NOT_JSON')
    // It may have a "toJSON" of its own.
    if (typeof json !== 'string' || !json.startsWith('[')) {
      throw new IsolatedRuntimeError(
        'ARGUMENTS_NOT_JSON',
        `The arguments of item ${index} become ${String(json).slice(0, 40)} as JSON, expected an array`,
      )
    }
    const bytes = Buffer.byteLength(json)
    const withContext = bytes + Buffer.byteLength(call.contextJson ?? '')
    if (withContext <= call.limits.maxArgsBytes) return { kind: 'item', json, bytes }
    throw new IsolatedRuntimeError(
      'ARGUMENTS_TOO_LARGE',
      `The arguments of item ${index} and the context are ${withContext} bytes of JSON, the most allowed is ${call.limits.maxArgsBytes}; send less, or raise "limits.maxArgsBytes"`,
    )
  } catch (thrown) {
    return {
      kind: 'settled',
      outcome: decodeOutcome(unsuccessful('refused', toIsolatedRuntimeError(thrown))),
    }
  }
}

function notAList(item: unknown, index: number): IsolatedRuntimeError {
  return new IsolatedRuntimeError(
    'INVALID_REQUEST',
    `Invalid map request: "items.${index}": ${problemOfItem(item)}`,
  )
}
