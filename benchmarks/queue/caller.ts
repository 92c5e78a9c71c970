/** One way of having a function called through a queue, and awaited. */
export interface Caller extends AsyncDisposable {
  call(): Promise<unknown>
}
