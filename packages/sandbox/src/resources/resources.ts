import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { cgroupFolders, type CgroupFolder } from './cgroup-folders.ts'

const MIB = 1024 * 1024

/** Memory in MB. */
export interface Memory {
  /** How much there may be in use in all: the least of what the container, those around it, and the machine have. */
  readonly limitMb: number
  /**
   * How much more can be used before the kernel ends a process. What it keeps of files counts as free. All, where that is
   * not known: on other systems than Linux.
   */
  readonly freeMb: number
}

/**
 * The memory and the processors that this process has, with all its children: those of the machine, or of its container
 * where that has fewer (control groups of version 1 and 2, also nested). Both may change at any time.
 */
export class Resources {
  readonly #root: string
  readonly #memoryFolders: readonly CgroupFolder[]
  readonly #cpuFolders: readonly CgroupFolder[]

  /** @param root where the file system begins; tests have one of their own */
  static of(root = '/'): Resources {
    return new Resources(root)
  }

  private constructor(root: string) {
    this.#root = root
    this.#memoryFolders = cgroupFolders('memory', root)
    this.#cpuFolders = cgroupFolders('cpu', root)
  }

  /** As it is now: some files are read, a tenth of a millisecond. */
  memory(): Memory {
    let { limitMb, freeMb } = memoryOfMachine(this.#root)
    for (const folder of this.#memoryFolders) {
      const limit = folder.version === 2 ? limitOfVersion2(folder) : limitOfVersion1(folder)
      if (limit === undefined) continue
      limitMb = Math.min(limitMb, limit / MIB)
      freeMb = Math.min(freeMb, (limit - heldIn(folder)) / MIB)
    }
    return { limitMb, freeMb: Math.max(0, freeMb) }
  }

  /** How many processors there are to use at once, as of now: a container may have half of one. */
  processors(): number {
    const quotas = this.#cpuFolders.map((folder) => quotaOf(folder) ?? Infinity)
    return Math.min(availableParallelism(), ...quotas)
  }
}

function memoryOfMachine(root: string): Memory {
  const text = read(join(root, 'proc/meminfo')) ?? ''
  const kibOf = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1])
  const [total, available] = [kibOf('MemTotal'), kibOf('MemAvailable')]
  return Number.isNaN(total + available)
    ? { limitMb: totalmem() / MIB, freeMb: totalmem() / MIB }
    : { limitMb: total / 1_024, freeMb: available / 1_024 }
}

/** In bytes; `undefined` if there is none. */
function limitOfVersion2({ path }: CgroupFolder): number | undefined {
  // From "high" on the kernel slows everything down, which is an end as well.
  const limits = ['memory.max', 'memory.high'].map((name) => numberIn(join(path, name)) ?? Infinity)
  const limit = Math.min(...limits)
  return limit === Infinity ? undefined : limit
}

/** In bytes. Without a limit it is a number larger than any machine. */
function limitOfVersion1({ path }: CgroupFolder): number | undefined {
  return numberIn(join(path, 'memory.limit_in_bytes'))
}

/** The bytes that a group holds, without those of files, which the kernel gives up by itself. */
function heldIn({ version, path }: CgroupFolder): number {
  const used = numberIn(join(path, version === 2 ? 'memory.current' : 'memory.usage_in_bytes')) ?? 0
  const text = read(join(path, 'memory.stat')) ?? ''
  const names =
    version === 2
      ? ['active_file', 'inactive_file', 'slab_reclaimable']
      : ['total_active_file', 'total_inactive_file']
  return names.reduce(
    (held, name) => held - Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0),
    used,
  )
}

/** How many processors the time of a group is worth; `undefined` if it has all. */
function quotaOf({ version, path }: CgroupFolder): number | undefined {
  const text =
    version === 2
      ? read(join(path, 'cpu.max'))
      : `${read(join(path, 'cpu.cfs_quota_us'))} ${read(join(path, 'cpu.cfs_period_us'))}`
  const [, quota, period] = /^(\d+)\s+(\d+)\s*$/.exec(text ?? '') ?? []
  return quota === undefined || Number(period) === 0 ? undefined : Number(quota) / Number(period)
}

/** `undefined` if it is not there, or says "max". */
function numberIn(file: string): number | undefined {
  const text = read(file)?.trim()
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // A group at the top has no limits, and one may vanish.
    return undefined
  }
}
