import { growthAllowanceMb, parseMemoryLastWords } from '../cell/memory-allowance.ts'
import { ResidentMemory } from './resident-memory.ts'

/** From this part of the allowance on a cell takes no more runs: what has gathered there is not all garbage. */
const REPLACE_AT = 0.75

/** What an idle cell of few threads holds of its own, where it is not measured. */
const USUAL_MB = 40

/** What a cell held when it was ended for it, and what it may hold, in MB. */
export interface HeldMemory {
  readonly residentMb: number
  readonly allowedMb: number
}

/** What to do about a cell: nothing, replace it once its runs are over, or end it. */
export type MemoryFinding =
  | { readonly kind: 'fine' | 'replace' }
  | { readonly kind: 'end'; readonly held: HeldMemory }

/** The memory of one cell, seen from outside. */
export class CellMemory {
  /** How much more than at its start it may hold, in MB. */
  readonly growthMb: number
  #resident: ResidentMemory | undefined
  readonly #memoryMb: number
  #baseMb = 0
  /** As last seen, in MB; 0 where it is not watched. */
  residentMb = 0
  /** What is free again when the cell ends, as last measured, in MB. */
  heldMb = USUAL_MB

  constructor(threads: number, memoryMb: number) {
    this.#memoryMb = memoryMb
    this.growthMb = growthAllowanceMb(threads, memoryMb)
  }

  /** Called when the cell is ready: what it holds then is not counted. */
  begin(pid: number | undefined): void {
    this.#resident = pid === undefined ? undefined : ResidentMemory.of(pid)
    this.#baseMb = this.residentMb = this.#resident?.read() ?? 0
  }

  /** How much more it held at the last look than at its start, in MB. */
  get grownMb(): number {
    return this.residentMb - this.#baseMb
  }

  /** What it held at the last look, if that is more than a single run with its thread may hold. */
  overOfOne(): HeldMemory | undefined {
    const allowedMb = this.#baseMb + growthAllowanceMb(1, this.#memoryMb)
    if (this.residentMb <= allowedMb) return undefined
    return { residentMb: Math.round(this.residentMb), allowedMb: Math.round(allowedMb) }
  }

  look(): MemoryFinding {
    const residentMb = this.#resident?.read()
    if (residentMb === undefined) return { kind: 'fine' }
    this.residentMb = residentMb
    const grownMb = residentMb - this.#baseMb
    if (grownMb > this.growthMb) {
      const allowedMb = Math.round(this.#baseMb + this.growthMb)
      return { kind: 'end', held: { residentMb: Math.round(residentMb), allowedMb } }
    }
    return { kind: grownMb > this.growthMb * REPLACE_AT ? 'replace' : 'fine' }
  }

  /** Brings `heldMb` up to date; elsewhere than on Linux it stays a guess. */
  measure(): void {
    this.heldMb = this.#resident?.readPrivate() ?? this.heldMb
  }

  end(): void {
    this.#resident?.close()
    this.#resident = undefined
  }
}

/** What V8 says when a heap is full, or a single array is larger than any heap. */
const V8_GAVE_UP =
  /heap out of memory|Fatal process out of memory|Reached heap limit|Fatal JavaScript invalid (array )?size error/

/** What the last words of a cell say about memory, if it died of that. */
export function memoryOf(lastWords: string): HeldMemory | 'heap' | undefined {
  if (V8_GAVE_UP.test(lastWords)) return 'heap'
  return parseMemoryLastWords(lastWords)
}
