import type { ChildProcess } from 'node:child_process'

const children = new Set<ChildProcess>()

/** Kills a child, if it still runs, when this process exits. */
export function killAtExit(child: ChildProcess): void {
  if (children.size === 0) process.on('exit', killAll)
  children.add(child)
  child.once('exit', () => {
    children.delete(child)
    if (children.size === 0) process.off('exit', killAll)
  })
}

function killAll(): void {
  for (const child of children) child.kill('SIGKILL')
}
