/** Makes `DOMException`, with the codes that the standard keeps for old names. */
export function createExceptions(): {
  readonly DOMException: new (message?: unknown, options?: unknown) => Error
} {
  const CODES: Readonly<Record<string, readonly [constant: string, code: number]>> = {
    __proto__: null,
    IndexSizeError: ['INDEX_SIZE_ERR', 1],
    HierarchyRequestError: ['HIERARCHY_REQUEST_ERR', 3],
    WrongDocumentError: ['WRONG_DOCUMENT_ERR', 4],
    InvalidCharacterError: ['INVALID_CHARACTER_ERR', 5],
    NoModificationAllowedError: ['NO_MODIFICATION_ALLOWED_ERR', 7],
    NotFoundError: ['NOT_FOUND_ERR', 8],
    NotSupportedError: ['NOT_SUPPORTED_ERR', 9],
    InUseAttributeError: ['INUSE_ATTRIBUTE_ERR', 10],
    InvalidStateError: ['INVALID_STATE_ERR', 11],
    SyntaxError: ['SYNTAX_ERR', 12],
    InvalidModificationError: ['INVALID_MODIFICATION_ERR', 13],
    NamespaceError: ['NAMESPACE_ERR', 14],
    InvalidAccessError: ['INVALID_ACCESS_ERR', 15],
    TypeMismatchError: ['TYPE_MISMATCH_ERR', 17],
    SecurityError: ['SECURITY_ERR', 18],
    NetworkError: ['NETWORK_ERR', 19],
    AbortError: ['ABORT_ERR', 20],
    URLMismatchError: ['URL_MISMATCH_ERR', 21],
    QuotaExceededError: ['QUOTA_EXCEEDED_ERR', 22],
    TimeoutError: ['TIMEOUT_ERR', 23],
    InvalidNodeTypeError: ['INVALID_NODE_TYPE_ERR', 24],
    DataCloneError: ['DATA_CLONE_ERR', 25],
  } as never

  class DOMException extends Error {
    readonly #name: string

    constructor(message?: unknown, options?: unknown) {
      const given =
        typeof options === 'object' && options !== null
          ? (options as { name?: unknown; cause?: unknown })
          : undefined
      super(
        message === undefined ? '' : String(message),
        given !== undefined && 'cause' in given ? { cause: given.cause } : undefined,
      )
      const name = given === undefined ? options : given.name
      this.#name = name === undefined ? 'Error' : String(name)
    }

    // oxlint-disable-next-line typescript/class-literal-property-style -- it is read from a private field
    override get name(): string {
      return this.#name
    }

    get code(): number {
      return CODES[this.#name]?.[1] ?? 0
    }
  }

  for (const name of Object.keys(CODES)) {
    const [constant, value] = CODES[name] ?? ['', 0]
    Object.defineProperty(DOMException, constant, { value, enumerable: true })
    Object.defineProperty(DOMException.prototype, constant, { value, enumerable: true })
  }
  Object.defineProperty(DOMException.prototype, Symbol.toStringTag, {
    value: 'DOMException',
    configurable: true,
  })

  return { DOMException }
}
