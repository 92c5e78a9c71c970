/** From each place, where it leads to directly. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>

/** The groups of places from which one comes back to where one was; within each, in alphabetical order (Tarjan, 1972). */
export function findCircles(graph: Graph): string[][] {
  const circles: string[][] = []
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []

  function visit(place: string): number {
    const index = order.size
    order.set(place, index)
    open.push(place)
    let low = index
    for (const next of graph.get(place) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next))
      else if (open.includes(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? low)
    }
    lowest.set(place, low)
    if (low === index) {
      const group = open.splice(open.indexOf(place))
      if (group.length > 1) circles.push(group.toSorted())
    }
    return low
  }

  for (const place of graph.keys()) if (!order.has(place)) visit(place)
  return circles
}
