import { basename, dirname } from 'node:path'
import { findCircles, type Graph } from './find-circles.ts'
import type { Import } from './import-graph.ts'
import {
  FOR_TESTS,
  GUARDED,
  HIDDEN,
  IS_FOR_TESTS,
  IS_MENU,
  IS_REGISTRY,
  LAYERS,
  OPEN_CIRCLES,
} from './rules.ts'

/** What is wrong with the imports of the repository, in words. */
export function checkImports(imports: readonly Import[]): string[] {
  const inside = imports.filter(
    ({ isPackage, from }) =>
      !isPackage &&
      !IS_FOR_TESTS.test(from) &&
      !IS_MENU.test(from) &&
      !IS_REGISTRY.test(from) &&
      !OPEN_CIRCLES.some((folder) => from.startsWith(folder)),
  )
  return [
    ...imports.flatMap(wrongLayer),
    ...findCircles(graphOf(inside)).map(
      (files) => `Files import each other in a circle: ${files.join(', ')}`,
    ),
    ...folderCircles(inside),
  ]
}

/** An import of a package that the importing folder may not have, or of a file of another package. */
function wrongLayer({ from, to, isPackage }: Import): string[] {
  const layer = Object.keys(LAYERS).find((folder) => from.startsWith(`${folder}/`))
  if (layer === undefined)
    return /^(packages|services)\//.test(from) ? [`No layer is written down for ${from}`] : []
  const isForTests = IS_FOR_TESTS.test(from)
  if (!isPackage) {
    return isForTests || to.startsWith(`${layer}/`) ? [] : [`${from} reaches into another package: ${to}`]
  }
  const hiddenIn = HIDDEN[to]
  if (hiddenIn !== undefined && !isForTests && !from.startsWith(`${hiddenIn}/`)) {
    return [`${from} imports "${to}", which only ${hiddenIn} may`]
  }
  const allowed = [...(LAYERS[layer] ?? []), ...(isForTests ? FOR_TESTS : [])]
  if (!GUARDED.test(to) || allowed.some((name) => to === name || to.startsWith(`${name}/`))) return []
  return [`${from} imports "${to}"; ${layer} may import ${allowed.join(', ') || 'none of the house'}`]
}

/** The circles between folders, with how many imports lead from each to each. */
function folderCircles(imports: readonly Import[]): string[] {
  const between = new Map<string, Import[]>()
  for (const each of imports) {
    const [from, to] = [dirname(each.from), dirname(each.to)]
    if (from !== to) between.set(`${from} -> ${to}`, [...(between.get(`${from} -> ${to}`) ?? []), each])
  }
  const ways = Array.from(between, ([way, each]) => ({
    way,
    each,
    ends: way.split(' -> ') as [string, string],
  }))
  return findCircles(graphOf(ways.map(({ ends: [from, to] }) => ({ from, to })))).map((folders) => {
    const closing = ways
      .filter(({ ends }) => ends.every((folder) => folders.includes(folder)))
      .map(({ way, each }) => `\n    ${way}: ${each.length}, such as ${basename(each[0]?.from ?? '')}`)
    return `Folders import each other in a circle: ${folders.join(', ')}${closing.join('')}`
  })
}

function graphOf(edges: readonly Pick<Import, 'from' | 'to'>[]): Graph {
  const graph = new Map<string, Set<string>>()
  for (const { from, to } of edges) {
    const known = graph.get(from)
    if (known === undefined) graph.set(from, new Set([to]))
    else known.add(to)
  }
  return graph
}
