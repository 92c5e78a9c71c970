import { IsolatedRuntimeError } from './isolated-runtime-error.ts'

/** What runs guests needs the permission model and the thread clocks of this version. */
const MIN_NODE = '26'

/** What only talks to Redis needs zstd. */
export const MIN_CLIENT_NODE = '22.15'

/**
 * Refuses a Node.js that is too old.
 *
 * @param needed the first version that will do, as "major.minor"
 * @throws `NODE_TOO_OLD`
 */
export function requireNode(needed: string = MIN_NODE, version: string = process.versions.node): void {
  const [major = 0, minor = 0] = numbersOf(version)
  const [neededMajor = 0, neededMinor = 0] = numbersOf(needed)
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return
  const message = `This is Node.js ${version}, isolated-runtime needs ${needed} or newer`
  throw new IsolatedRuntimeError('NODE_TOO_OLD', message)
}

function numbersOf(version: string): number[] {
  return version.split('.').map(Number)
}
