import { isAbsolute, relative, sep } from 'node:path'

/** Whether a path is that of a folder or of something in it; both without symlinks. */
export function isInside(folder: string, realPath: string): boolean {
  const path = relative(folder, realPath)
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}
