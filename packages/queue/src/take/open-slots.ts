/** Which slots of an executor have no run, at moments when Redis knows the same. */
export class OpenSlots {
  #asking = 0

  /** Waits for a step that may bring a run, or end one: until Redis has answered, its count may be another. */
  async during<T>(step: Promise<T>): Promise<T> {
    this.#asking++
    try {
      return await step
    } finally {
      this.#asking--
    }
  }

  /** How many are open if this many of all have a run; -1 while a step is under way. */
  count(slots: number, taken: number): number {
    return this.#asking > 0 ? -1 : slots - taken
  }
}
