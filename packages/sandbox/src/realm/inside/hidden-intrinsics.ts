/** What no global leads to: the prototypes of what only syntax and methods make, and accessors of instances. */
export function hiddenIntrinsics(): unknown[] {
  // A thread's own realm has no `Intl`: the first segmenter of a process costs it 8 ms.
  const segments = typeof Intl === 'undefined' ? [] : [new Intl.Segmenter().segment('')]
  const made = [
    ...temporals(),
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
    ...segments,
    ...segments.map((each) => each[Symbol.iterator]()),
  ].map((object) => Object.getPrototypeOf(object) as unknown)
  // The namespace that leads to these is deleted from realms; in a thread's own realm nothing leads to them any more.
  function temporals(): object[] {
    if (typeof Date.prototype.toTemporalInstant !== 'function') return []
    const instant = new Date(0).toTemporalInstant()
    const zoned = instant.toZonedDateTimeISO('UTC')
    const date = zoned.toPlainDate()
    return [
      instant,
      zoned,
      date,
      zoned.toPlainTime(),
      zoned.toPlainDateTime(),
      date.toPlainYearMonth(),
      date.toPlainMonthDay(),
      date.since(date),
    ]
  }
  const stack = Object.getOwnPropertyDescriptor(new Error(), 'stack')
  return [...made, stack?.get, stack?.set]
}
