import { IsolatedRuntimeError } from './isolated-runtime-error.ts'

/** The permission model and the thread clocks that the sandbox stands on are complete from here on. */
export const MIN_NODE_MAJOR = 26

/**
 * Refuses a Node.js that lacks what the sandbox stands on.
 *
 * @throws `NODE_TOO_OLD`
 */
export function requireNode(version: string = process.versions.node): void {
  const major = Number.parseInt(version, 10)
  if (major >= MIN_NODE_MAJOR) return
  throw new IsolatedRuntimeError(
    'NODE_TOO_OLD',
    `This is Node.js ${version}, isolated-runtime needs ${MIN_NODE_MAJOR} or newer`,
  )
}
