import { IsolatedRuntimeError } from './isolated-runtime-error.ts'

/** Characters that mean something else to some file system or terminal. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const FORBIDDEN = /[\\\u0000-\u001f\u007f]/

/**
 * The path of a file inside its bundle: absolute, with `/` between segments, as in `/rules/vat.js`.
 *
 * @param file a path relative to the folder, such as `module1.js` or `./rules/vat.js`
 * @throws `INVALID_REQUEST` for a path that is absolute, leaves the folder (also when percent-encoded), or holds
 *   backslashes or control characters
 */
export function toBundlePath(file: string): string {
  if (FORBIDDEN.test(file)) refuse(file, 'holds a backslash or a control character')
  if (file.startsWith('/') || /^[a-z]:/i.test(file)) refuse(file, 'is absolute')
  if (file.startsWith('file:')) refuse(file, 'is a URL')
  const segments = file.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.length === 0) refuse(file, 'names no file')
  if (segments.includes('..')) refuse(file, 'leaves the folder')
  if (segments.some((segment) => /%(?:2e|2f|5c|00)/i.test(segment))) refuse(file, 'is percent-encoded')
  return `/${segments.join('/')}`
}

function refuse(file: string, why: string): never {
  throw new IsolatedRuntimeError(
    'INVALID_REQUEST',
    `Invalid run request: "file" is ${JSON.stringify(file)}, which ${why}; expected a path inside the folder, such as "rules/vat.js"`,
  )
}
