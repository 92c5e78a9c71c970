import { readFileSync, statSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { Resources, type CellUserLevel } from '@isolated-runtime/sandbox'
import { processStatus, type ProcessStatus } from './process-status.ts'

const MIB = 1024 * 1024

/** What the system says of this process, of one of its cells, and of the container around them. */
export interface Surroundings {
  readonly isLinux: boolean
  readonly cellUser: CellUserLevel
  /** Of a cell that lives; what it inherits from this process where none can be seen. */
  readonly cell: ProcessStatus | undefined
  /** The command line of that cell. */
  readonly cellCommand: string | undefined
  /** Whether other processes of the same user may read the memory and the environment of this one. */
  readonly isReadable: boolean
  readonly isRootReadOnly: boolean
  readonly hasOwnUserNamespace: boolean
  /** In MB; `undefined` if it is all that the machine has. */
  readonly memoryLimitMb: number | undefined
  /** `undefined` if it is all that the machine has. */
  readonly processorLimit: number | undefined
}

/** @param root where the file system begins; tests have one of their own */
export function lookAround(cellUser: CellUserLevel, root = '/'): Surroundings {
  const cell = cellPids(root)
    .map((pid) => ({ status: processStatus(pid, root), command: commandOf(pid, root) }))
    .find(({ command }) => command?.includes('--permission'))
  const resources = Resources.of(root)
  const { limitMb } = resources.memory()
  const processors = resources.processors()
  return {
    isLinux: processStatus('self', root) !== undefined,
    cellUser,
    cell: cell?.status ?? processStatus('self', root),
    cellCommand: cell?.command,
    isReadable: isReadableByItsUser(root),
    isRootReadOnly: /^\d+ \d+ \S+ \S+ \/ (\S+,)?ro[, ]/m.test(read(join(root, 'proc/self/mountinfo'))),
    hasOwnUserNamespace: hasOwnUserNamespace(root),
    memoryLimitMb: limitMb < Math.floor(totalmem() / MIB) ? Math.floor(limitMb) : undefined,
    processorLimit: processors < availableParallelism() ? processors : undefined,
  }
}

/** The processes that this one has started: its cells. */
function cellPids(root: string): number[] {
  const children = read(join(root, `proc/self/task/${process.pid}/children`))
  return children.split(' ').filter(Boolean).map(Number)
}

function commandOf(pid: number, root: string): string | undefined {
  return read(join(root, `proc/${pid}/cmdline`)).replaceAll('\0', ' ') || undefined
}

/** What a process has in /proc belongs to root where its user may not read its program, and to its user else. */
function isReadableByItsUser(root: string): boolean {
  if (Number(read(join(root, 'proc/sys/kernel/yama/ptrace_scope'))) >= 1) return false
  try {
    const uid = process.getuid?.()
    return uid === 0 || statSync(join(root, 'proc/self/environ')).uid === uid
  } catch {
    return true
  }
}

/** Without one, each user of this process is the user of the same number of the machine. */
function hasOwnUserNamespace(root: string): boolean {
  const map = read(join(root, 'proc/self/uid_map')).trim().split(/\s+/)
  return map.length > 1 && map.join(' ') !== '0 0 4294967295'
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
