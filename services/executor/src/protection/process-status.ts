import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the Linux kernel says of a process. */
export interface ProcessStatus {
  readonly uid: number
  readonly noNewPrivs: boolean
  readonly seccomp: 'off' | 'strict' | 'filter'
  /** Names such as `SETUID`, without `CAP_`; those it has, or may get from a program it starts. */
  readonly capabilities: readonly string[]
}

const SECCOMP = ['off', 'strict', 'filter'] as const

/** By number; see capabilities(7). */
const CAPABILITIES = `
  CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
  NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
  SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
  MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`
  .trim()
  .split(/\s+/)

/**
 * @param root where the file system begins; tests have one of their own
 * @returns `undefined` where there is no such file: on other systems than Linux, or when the process has ended
 */
export function processStatus(pid: number | 'self', root = '/'): ProcessStatus | undefined {
  let text: string
  try {
    text = readFileSync(join(root, `proc/${pid}/status`), 'utf8')
  } catch {
    return undefined
  }
  const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(text)?.[1] ?? ''
  const held = BigInt(`0x${field('CapEff') || 0}`) | BigInt(`0x${field('CapBnd') || 0}`)
  return {
    uid: Number(field('Uid')),
    noNewPrivs: field('NoNewPrivs') === '1',
    seccomp: SECCOMP[Number(field('Seccomp'))] ?? 'off',
    capabilities: namesOf(field('NoNewPrivs') === '1' ? BigInt(`0x${field('CapEff') || 0}`) : held),
  }
}

function namesOf(bits: bigint): string[] {
  const numbers = Array.from({ length: 64 }, (_, number) => number)
  return numbers
    .filter((number) => (bits >> BigInt(number)) & 1n)
    .map((number) => CAPABILITIES[number] ?? `${number}`)
}
