import { dirname } from 'node:path'
import { findCircles, type Graph } from './find-circles.ts'
import type { Import } from './import-graph.ts'
import { FOR_TESTS, GUARDED, HIDDEN, IS_FOR_TESTS, IS_MENU, LAYERS } from './rules.ts'

/** What is wrong with the imports of the repository, in words. */
export function checkImports(imports: readonly Import[]): string[] {
  const inside = imports.filter(
    ({ isPackage, from }) => !isPackage && !IS_FOR_TESTS.test(from) && !IS_MENU.test(from),
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
  if (layer === undefined) return []
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

/** The circles between folders of one package, each with the imports that close it. */
function folderCircles(imports: readonly Import[]): string[] {
  const between = imports
    .map((each) => ({ ...each, fromFolder: dirname(each.from), toFolder: dirname(each.to) }))
    .filter(({ fromFolder, toFolder }) => fromFolder !== toFolder)
  const graph = graphOf(between.map(({ fromFolder, toFolder }) => ({ from: fromFolder, to: toFolder })))
  return findCircles(graph).map((folders) => {
    const closing = between
      .filter(({ fromFolder, toFolder }) => folders.includes(fromFolder) && folders.includes(toFolder))
      .map(({ from, to }) => `\n    ${from} -> ${to}`)
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
