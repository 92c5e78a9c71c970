import { z } from 'zod'

/** The file that `source` is, where a request does not say. */
export const DEFAULT_SOURCE_FILE = 'index.js'

/** Where the code of a run comes from. */
export const codeFields = {
  /** A folder of guest code. */
  folder: z.string().min(1).optional(),
  /** The text of a single file, instead. */
  source: z.string().optional(),
  /** A file of the folder, relative to it; with `source` its name, whose ending tells the language. @default 'index.js' */
  file: z.string().min(1).optional(),
}

interface Code {
  readonly file?: string | undefined
  readonly source?: string | undefined
}

/** When {@link oneOf} looks at a request: also when other fields are wrong, so that one error lists all problems. */
export const ANY_OBJECT = {
  when: ({ value }: { readonly value: unknown }): boolean => typeof value === 'object' && value !== null,
}

/** Refuses a request that says nowhere, or at several places, where its code is. */
export function oneOf<Name extends string>(
  ...names: Name[]
): (request: Code & Partial<Record<Name, string | undefined>>, context: z.RefinementCtx) => void {
  return (request, context) => {
    const given = names.filter((name) => request[name] !== undefined)
    if (given.length !== 1) {
      const quoted = names.map((name) => `"${name}"`)
      const list = `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
      const found = given.length === 0 ? 'none' : given.map((name) => `"${name}"`).join(' and ')
      context.addIssue({ code: 'custom', message: `expected one of ${list}, found ${found}` })
    }
    if (request.file === undefined && request.source === undefined) {
      context.addIssue({ code: 'custom', path: ['file'], message: 'expected the path of a file' })
    }
  }
}

/** Completes the name of a source. */
export function withFile<Request extends Code>(request: Request): Request & { file: string } {
  return { ...request, file: request.file ?? DEFAULT_SOURCE_FILE }
}
