/** What no global leads to: the prototypes of what only syntax and methods make, and accessors of instances. */
export function hiddenIntrinsics(): unknown[] {
  const segments = new Intl.Segmenter().segment('')
  const made = [
    function* () {},
    async () => {},
    async function* () {},
    [].values(),
    new Map().entries(),
    new Set().entries(),
    ''[Symbol.iterator](),
    ''.matchAll(/x/g),
    [].values().map(String),
    Iterator.from({ next: () => ({ done: true, value: undefined }) }),
    segments,
    segments[Symbol.iterator](),
  ].map((object) => Object.getPrototypeOf(object) as unknown)
  const stack = Object.getOwnPropertyDescriptor(new Error(), 'stack')
  return [...made, stack?.get, stack?.set]
}
