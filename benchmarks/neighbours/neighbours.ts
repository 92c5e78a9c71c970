import type { Client } from '@isolated-runtime/client'

/** A tenant that costs more than others. */
export interface Neighbour {
  readonly name: string
  /** Goes on until it is stopped; gives how many of its runs were over. */
  begin(client: Client, stop: AbortSignal): Promise<number>
}

type Request = Parameters<Client['outcome']>[0]

/** Of each kind one, which keeps this many runs going. */
export const NEIGHBOURS: readonly Neighbour[] = [
  endless('flood', 64, () => ({
    source: 'exports.f = () => { let n = 0; for (let i = 0; i < 1e5; i++) n += i; return n }',
  })),
  // Each with a new text: no bundle has killed anything before.
  endless('crash-loop', 4, (n) => ({
    source: `// ${n}\nexports.f = () => { const all = []; for (;;) all.push(new Array(2 ** 24).fill(0)) }`,
  })),
  endless('time-outs', 4, () => ({ source: 'exports.f = () => { for (;;); }', limits: { timeoutMs: 1 } })),
  endless('restless', 4, () => ({
    source: 'exports.f = () => { const go = () => Promise.resolve().then(go); go() }',
    limits: { timeoutMs: 50 },
  })),
  endless('outside-heap', 4, (n) => ({
    source: `// ${n}\nexports.f = () => { const all = []; for (;;) all.push(new Uint8Array(2 ** 24).fill(1)) }`,
  })),
  endless('odd-sizes', 4, (n) => ({ source: 'exports.f = () => 1', limits: { memoryMb: 16 + (n % 400) } })),
  endless('large-results', 4, () => ({ source: `exports.f = () => 'x'.repeat(1_000_000)` })),
  endless('new-code', 4, (n) => ({ source: `// ${n}\nexports.f = () => ${n}` })),
]

function endless(name: string, atOnce: number, requestOf: (n: number) => Partial<Request>): Neighbour {
  const begin = async (client: Client, stop: AbortSignal): Promise<number> => {
    let asked = 0
    let over = 0
    const lane = async (): Promise<void> => {
      while (!stop.aborted) {
        const request = { funcName: 'f', tenant: `the-${name}`, ...requestOf(asked++) } as Request
        await client.outcome(request, { signal: stop }).catch(() => undefined)
        if (!stop.aborted) over++
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    return over
  }
  return { name, begin }
}
