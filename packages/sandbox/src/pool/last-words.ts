import type { Readable } from 'node:stream'

const MAX_CHARS = 4_096

/** Keeps the end of what a process writes to standard error. */
export class LastWords {
  #text = ''

  constructor(stderr: Readable | null) {
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#text = (this.#text + text).slice(-MAX_CHARS)
    })
  }

  get text(): string {
    return this.#text.trim()
  }
}
