import { realpathSync, statSync } from 'node:fs'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { errnoOf } from './refusals.ts'

/** The path of a folder with no symlink in it. @throws `FOLDER_NOT_FOUND` */
export function realFolder(folder: string): string {
  let realPath: string
  let isDirectory: boolean
  try {
    realPath = realpathSync(folder)
    isDirectory = statSync(realPath).isDirectory()
  } catch (cause) {
    const why = errnoOf(cause) === 'ENOENT' ? 'it does not exist' : `it cannot be found (${errnoOf(cause)})`
    throw new IsolatedRuntimeError('FOLDER_NOT_FOUND', `Cannot bundle "${folder}": ${why}`, { cause })
  }
  if (isDirectory) return realPath
  throw new IsolatedRuntimeError('FOLDER_NOT_FOUND', `Cannot bundle "${folder}": it is not a directory`)
}
