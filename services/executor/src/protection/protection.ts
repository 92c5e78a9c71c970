import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { NodeBuild } from './node-build.ts'
import type { Surroundings } from './surroundings.ts'

/** From the weakest to the strongest; each has all that those before it have. */
export const PROTECTION_LEVELS = ['none', 'process', 'container', 'users'] as const

export type ProtectionLevel = (typeof PROTECTION_LEVELS)[number]

/** One thing that keeps guests in their place, beside what the sandbox does by itself. */
interface Measure {
  readonly name: string
  /** From which level on it is required; `undefined` for those that no level requires. */
  readonly level: ProtectionLevel | undefined
  readonly isInForce: boolean
  /** What was found. */
  readonly found: string
  /** What to do where it is missing. */
  readonly remedy: string
}

export interface Protection {
  /** The strongest level whose measures, and those of all levels before it, are in force. */
  readonly level: ProtectionLevel
  readonly measures: readonly Measure[]
  readonly build: NodeBuild
}

/** Security releases of Node.js come about every two months. */
const OLD_BUILD_DAYS = 90

/** Judges what was found around this process. */
export function protectionOf(around: Surroundings, build: NodeBuild): Protection {
  const measures = [
    ...measuresOfProcess(around),
    ...measuresOfContainer(around),
    ...furtherMeasures(around, build),
  ]
  const firstMissing = PROTECTION_LEVELS.findIndex((level) =>
    measures.some((measure) => measure.level === level && !measure.isInForce),
  )
  const reached = firstMissing < 0 ? PROTECTION_LEVELS.length - 1 : firstMissing - 1
  return { level: PROTECTION_LEVELS[reached] ?? 'none', measures, build }
}

/** @throws `INVALID_OPTIONS` with what is missing and how to get it */
export function requireProtection({ level, measures }: Protection, required: ProtectionLevel): void {
  const wanted = PROTECTION_LEVELS.indexOf(required)
  if (PROTECTION_LEVELS.indexOf(level) >= wanted) return
  const missing = measures.filter(
    (measure) =>
      !measure.isInForce && measure.level !== undefined && PROTECTION_LEVELS.indexOf(measure.level) <= wanted,
  )
  const lines = missing.map(({ name, found, remedy }) => `${name}: ${found}; ${remedy}`)
  throw new IsolatedRuntimeError(
    'INVALID_OPTIONS',
    `REQUIRE_PROTECTION is "${required}", and what is in force here is "${level}". Missing: ${lines.join('. ')}`,
  )
}

/** The fields of one line of the log, where `level` is that of the line. */
export function protectionSummary({ level, measures, build }: Protection): object {
  const namesOf = (isInForce: boolean): string[] =>
    measures.filter((measure) => measure.isInForce === isInForce).map(({ name }) => name)
  return { protection: level, inForce: namesOf(true), missing: namesOf(false), ...build }
}

function measuresOfProcess({ cellCommand }: Surroundings): Measure[] {
  return [
    {
      name: 'permission-model',
      level: 'process',
      isInForce: cellCommand?.includes('--permission ') ?? true,
      found:
        cellCommand === undefined ? 'cells are started with --permission' : 'a cell runs with --permission',
      remedy: 'report it as a bug',
    },
  ]
}

function measuresOfContainer(around: Surroundings): Measure[] {
  const { cell, cellUser, isReadable, isRootReadOnly, memoryLimitMb } = around
  const capabilities = cell?.capabilities ?? []
  return [
    {
      name: 'no-new-privileges',
      level: 'container',
      isInForce: cell?.noNewPrivs === true,
      found: cell?.noNewPrivs ? 'no_new_privs is set' : 'no_new_privs is not set',
      remedy:
        'set security_opt: ["no-new-privileges:true"] in Docker, allowPrivilegeEscalation: false in Kubernetes',
    },
    {
      name: 'seccomp',
      level: 'container',
      isInForce: cell?.seccomp === 'filter',
      found: `the mode of seccomp is "${cell?.seccomp ?? 'unknown'}"`,
      remedy:
        'keep the default profile of Docker, or set seccompProfile: { type: RuntimeDefault } in Kubernetes',
    },
    {
      name: 'no-capabilities',
      level: 'container',
      isInForce: cell !== undefined && capabilities.length === 0,
      found:
        capabilities.length === 0
          ? 'a cell has no capability'
          : `a cell has or may get ${capabilities.join(', ')}`,
      remedy: 'drop all capabilities, and set no_new_privs',
    },
    {
      name: 'closed-memory',
      level: 'container',
      isInForce: cellUser.kind === 'own' || (around.isLinux && !isReadable),
      found:
        cellUser.kind === 'own' || !isReadable
          ? 'cells may not read the memory and the environment of the executor'
          : 'a cell that has broken out may read the memory and the environment of the executor',
      remedy:
        'use the image of the project, or run as another user than root and chmod 711 a Node.js that belongs to root',
    },
    {
      name: 'read-only-root',
      level: 'container',
      isInForce: isRootReadOnly,
      found: isRootReadOnly ? 'the root file system is read-only' : 'the root file system can be written to',
      remedy: 'set read_only: true in Docker, readOnlyRootFilesystem: true in Kubernetes',
    },
    {
      name: 'memory-limit',
      level: 'container',
      isInForce: memoryLimitMb !== undefined,
      found: memoryLimitMb === undefined ? 'no limit but the machine' : `${memoryLimitMb} MB`,
      remedy: 'set mem_limit in Docker, resources.limits.memory in Kubernetes',
    },
  ]
}

function furtherMeasures(around: Surroundings, build: NodeBuild): Measure[] {
  const { cellUser, hasOwnUserNamespace, processorLimit } = around
  const { node, ageDays } = build
  return [
    {
      name: 'cell-users',
      level: 'users',
      isInForce: cellUser.kind === 'own',
      found: cellUser.kind === 'own' ? 'each cell has a user of its own' : cellUser.reason,
      remedy: 'run the executor as root with the capabilities SETUID, SETGID and KILL and no others',
    },
    {
      name: 'user-namespace',
      level: undefined,
      isInForce: hasOwnUserNamespace,
      found: hasOwnUserNamespace ? 'users are not those of the machine' : 'users are those of the machine',
      remedy: 'set userns-remap for the Docker daemon, hostUsers: false in Kubernetes',
    },
    {
      name: 'processor-limit',
      level: undefined,
      isInForce: processorLimit !== undefined,
      found: processorLimit === undefined ? 'no limit but the machine' : `${processorLimit} processors`,
      remedy:
        'set cpus in Docker, resources.limits.cpu in Kubernetes, where neighbours have no requests of their own',
    },
    {
      name: 'recent-node',
      level: undefined,
      isInForce: ageDays !== undefined && ageDays <= OLD_BUILD_DAYS,
      found: `Node.js ${node} is ${ageDays ?? 'an unknown number of'} days old`,
      remedy: 'build the image anew on a current Node.js: holes of V8 are mended there first',
    },
  ]
}
