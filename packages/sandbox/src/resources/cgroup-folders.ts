import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A folder of a control group; the two versions of the interface have different files. */
export interface CgroupFolder {
  readonly version: 1 | 2
  readonly path: string
}

interface Mount {
  readonly version: 1 | 2
  /** The controllers of a mount of version 1; version 2 has all of them in one tree. */
  readonly controllers: readonly string[]
  /** The group that the mount shows as its top. */
  readonly top: string
  readonly path: string
}

/**
 * The control groups that limit this process, as far as they can be seen from here: its own first, then those above it.
 * None where the system has no control groups.
 *
 * @param controller `memory` or `cpu`
 * @param root where the file system begins; tests have one of their own
 */
export function cgroupFolders(controller: 'memory' | 'cpu', root: string): CgroupFolder[] {
  const mounts = readMounts(root)
  const mount =
    mounts.find(({ controllers }) => controllers.includes(controller)) ??
    mounts.find(({ version }) => version === 2)
  if (mount === undefined) return []
  const top = join(root, mount.path)
  const folders: CgroupFolder[] = []
  for (let path = folderIn(top, mount, groupOf(mount, controller, root)); ; path = dirname(path)) {
    folders.push({ version: mount.version, path })
    if (path === top) return folders
  }
}

function readMounts(root: string): Mount[] {
  return linesOf(join(root, 'proc/self/mountinfo')).flatMap((line): Mount[] => {
    // 36 35 98:0 /top /path rw,noatime shared:1 - cgroup2 source rw,options
    const [place = '', type = ''] = line.split(' - ')
    const [, , , top, path] = place.split(' ')
    const [system, , options = ''] = type.split(' ')
    if (top === undefined || path === undefined) return []
    const version = system === 'cgroup2' ? 2 : 1
    if (version === 1 && system !== 'cgroup') return []
    const controllers = version === 1 ? options.split(',') : []
    return [{ version, controllers, top: unescaped(top), path: unescaped(path) }]
  })
}

/** The group of this process in the tree of that mount, as the kernel names it. */
function groupOf({ version }: Mount, controller: string, root: string): string {
  for (const line of linesOf(join(root, 'proc/self/cgroup'))) {
    // 4:memory:/group, and of version 2: 0::/group
    const [id, controllers = '', ...group] = line.split(':')
    const isIt = version === 2 ? id === '0' : controllers.split(',').includes(controller)
    if (isIt) return group.join(':')
  }
  return '/'
}

function folderIn(top: string, mount: Mount, group: string): string {
  // A container without a namespace for its groups names its group from the top of the machine's tree.
  const isBelow = mount.top !== '/' && (group === mount.top || group.startsWith(`${mount.top}/`))
  const below = isBelow ? group.slice(mount.top.length) : group
  const path = join(top, below)
  // The group may lie outside of what is mounted.
  return !below.includes('/..') && existsSync(path) ? path.replace(/(?<=.)\/$/, '') : top
}

/** Spaces and the like are octal in that file. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    // Only Linux has it.
    return []
  }
}
