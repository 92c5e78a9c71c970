/** Groups entries that have something in common, be it by way of others; groups and entries keep their order. */
export function groupByShared(inputsOf: ReadonlyMap<string, readonly string[]>): string[][] {
  const groups: { readonly entries: string[]; readonly inputs: Set<string> }[] = []
  for (const [entry, inputs] of inputsOf) {
    const related = groups.filter((group) => inputs.some((input) => group.inputs.has(input)))
    const [first = { entries: [], inputs: new Set<string>() }, ...others] = related
    if (related.length === 0) groups.push(first)
    first.entries.push(...others.flatMap(({ entries }) => entries), entry)
    for (const input of [...others.flatMap((group) => [...group.inputs]), ...inputs]) first.inputs.add(input)
    for (const other of others) groups.splice(groups.indexOf(other), 1)
  }
  return groups.map(({ entries }) => entries)
}
