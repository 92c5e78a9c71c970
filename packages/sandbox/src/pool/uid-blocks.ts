import { createServer } from 'node:net'

const BLOCK = 64

/** The ids of nobody, and of no change: the last two of 16 bits. */
const RESERVED = [65_534, 65_535]

const claimed = new Set<number>()

/**
 * The user ids that are this process's to give to cells, from the first on, in blocks that no other executor of the
 * machine has. A block is claimed by a name among Linux's abstract sockets, which the kernel gives up with the process.
 * Elsewhere nothing is claimed.
 */
export function* ownUids(first: number): Generator<number> {
  for (let start = first; ; start += BLOCK) {
    if (RESERVED.some((uid) => uid >= start && uid < start + BLOCK) || !claim(start)) continue
    for (let uid = start; uid < start + BLOCK; uid++) yield uid
  }
}

function claim(start: number): boolean {
  if (claimed.has(start)) return true
  if (process.platform === 'linux') {
    const server = createServer((socket) => socket.destroy()).unref()
    // Whether the name is taken is known at once, and told by an event as well.
    server.on('error', () => {})
    server.listen(`\0isolated-runtime/cell-users/${start}`)
    if (!server.listening) return false
  }
  claimed.add(start)
  return true
}
