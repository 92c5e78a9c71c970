const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Keeps the host process alive while something goes on, and lets it end otherwise: the handles of cells are all
 * unreferenced, so that a program that forgets to close its sandbox ends all the same.
 */
export class KeepAlive {
  #count = 0
  #timer: NodeJS.Timeout | undefined

  async during<T>(activity: Promise<T>): Promise<T> {
    if (this.#count++ === 0) this.#timer = setInterval(() => {}, LONGEST_TIMER_MS)
    try {
      return await activity
    } finally {
      if (--this.#count === 0) clearInterval(this.#timer)
    }
  }
}
