import { IsolatedRuntimeError } from '@isolated-runtime/protocol'

/** The error for a file or folder that cannot go into a bundle. @param path inside the bundle */
export function fileRefused(path: string, why: string, cause?: unknown): IsolatedRuntimeError {
  const code = 'BUNDLE_FILE_REFUSED'
  return new IsolatedRuntimeError(code, `Cannot bundle ${JSON.stringify(path)}: ${why}`, {
    cause,
    problems: [{ code, message: why, file: path }],
  })
}

/** The error for a folder that is over a limit. */
export function tooLarge(folder: string, size: string, limit: string): IsolatedRuntimeError {
  return new IsolatedRuntimeError('BUNDLE_TOO_LARGE', `Cannot bundle "${folder}": ${size}; ${limit}`)
}

/** A number of bytes or files for people to read, as in `10,485,760`. */
export function figure(count: number): string {
  return count.toLocaleString('en-US')
}

/** What a file system call failed with, such as `EACCES`. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
