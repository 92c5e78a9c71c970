/**
 * Collects what has to be released later, in reverse order. It is the part of `AsyncDisposableStack` that clients need:
 * Node.js has that from version 24 on, and clients run on 22.
 */
export class ReleaseStack implements AsyncDisposable {
  #releases: (() => unknown)[] = []

  /** Releases a resource with this stack. */
  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.defer(() => resource[Symbol.asyncDispose]())
    return resource
  }

  /** Calls a function when this stack is released. */
  defer(release: () => unknown): void {
    this.#releases.push(release)
  }

  /** Moves all to a new stack; releasing this one does nothing then. */
  move(): ReleaseStack {
    const moved = new ReleaseStack()
    moved.#releases = this.#releases
    this.#releases = []
    return moved
  }

  /** Releases all, one after the other. @throws the first error, after all were tried */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = []
    for (let release = this.#releases.pop(); release !== undefined; release = this.#releases.pop()) {
      try {
        await release()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
