import { describe, expect, test } from 'vitest'
import { checkImports } from './check-imports.ts'
import { findCircles } from './find-circles.ts'
import { importsIn } from './import-graph.ts'

describe('importsIn()', () => {
  test('finds every kind of import, types included, once each', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type { B } from '../b/b.ts'",
      "export { c, type C } from './c.ts'",
      "export * from './c.ts'",
      "const d = await import('./d.ts')",
      "type E = import('./e.ts').E",
      "import { parse } from 'bullmq'",
      'await using f = a()',
    ]
    expect(importsIn('packages/queue/src/x/x.ts', text.join('\n'))).toEqual([
      { from: 'packages/queue/src/x/x.ts', to: 'packages/queue/src/x/a.ts', isPackage: false },
      { from: 'packages/queue/src/x/x.ts', to: 'packages/queue/src/b/b.ts', isPackage: false },
      { from: 'packages/queue/src/x/x.ts', to: 'bullmq', isPackage: true },
      { from: 'packages/queue/src/x/x.ts', to: 'packages/queue/src/x/c.ts', isPackage: false },
      { from: 'packages/queue/src/x/x.ts', to: 'packages/queue/src/x/d.ts', isPackage: false },
      { from: 'packages/queue/src/x/x.ts', to: 'packages/queue/src/x/e.ts', isPackage: false },
    ])
  })
})

describe('findCircles()', () => {
  test.each([
    ['none in a tree', 'a>b a>c b>d c>d', []],
    ['two places that lead to each other', 'a>b b>a', ['ab']],
    ['a long one, entered from outside', 'x>a a>b b>c c>a', ['abc']],
    ['two that share a place are one', 'a>b b>a b>c c>b', ['abc']],
    ['two apart', 'a>b b>a c>d d>c a>c', ['cd', 'ab']],
  ])('%s', (_, edges, circles) => {
    expect(circlesOf(edges)).toEqual(circles)
  })
})

describe('checkImports()', () => {
  test('says nothing of what is allowed', () => {
    expect(
      problems(
        ['packages/queue/src/take/a.ts', 'packages/queue/src/redis/b.ts'],
        ['packages/queue/src/bullmq/a.ts', 'bullmq'],
        ['packages/queue/src/take/a.ts', '@isolated-runtime/protocol'],
        ['packages/sandbox/src/a.ts', '@isolated-runtime/protocol/module-paths'],
        ['packages/queue/src/take/a.test.ts', '@isolated-runtime/testing'],
        ['packages/queue/src/take/a.test.ts', 'bullmq'],
        ['packages/queue/src/index.ts', 'packages/queue/src/take/a.ts'],
        ['packages/queue/src/take/a.ts', 'zod'],
      ),
    ).toEqual([])
  })

  test.each([
    [
      'a package of a layer above',
      'packages/queue/src/a.ts',
      '@isolated-runtime/client',
      /imports "@isolated-runtime\/client"/,
    ],
    [
      'what is for tests',
      'packages/queue/src/a.ts',
      '@isolated-runtime/testing',
      /imports "@isolated-runtime\/testing"/,
    ],
    ['a guarded package of npm', 'packages/client/src/a.ts', 'ioredis', /imports "ioredis"/],
    [
      'BullMQ outside of its folder',
      'packages/queue/src/take/a.ts',
      'bullmq',
      /only packages\/queue\/src\/bullmq may/,
    ],
    [
      'a file of another package',
      'packages/client/src/a.ts',
      'packages/queue/src/b.ts',
      /reaches into another package/,
    ],
  ])('refuses %s', (_, from, to, told) => {
    expect(problems([from, to])).toEqual([expect.stringMatching(told)])
  })

  test('refuses circles of files, and of folders with the imports that close them', () => {
    const [a, b, c] = ['take/a.ts', 'gate/b.ts', 'take/c.ts'].map((file) => `packages/queue/src/${file}`)
    expect(problems([`${a}`, `${c}`], [`${c}`, `${a}`])).toEqual([
      `Files import each other in a circle: ${a}, ${c}`,
    ])
    expect(problems([`${a}`, `${b}`], [`${b}`, `${c}`])).toEqual([
      `Folders import each other in a circle: packages/queue/src/gate, packages/queue/src/take\n    packages/queue/src/take -> packages/queue/src/gate: 1, such as a.ts\n    packages/queue/src/gate -> packages/queue/src/take: 1, such as b.ts`,
    ])
  })
})

function circlesOf(edges: string): string[] {
  const graph = new Map<string, Set<string>>()
  for (const [from = '', to = ''] of edges.split(' ').map((edge) => edge.split('>')))
    graph.set(from, new Set([...(graph.get(from) ?? []), to]))
  return findCircles(graph).map((group) => group.join(''))
}

function problems(...edges: readonly (readonly [from: string, to: string])[]): string[] {
  return checkImports(edges.map(([from, to]) => ({ from, to, isPackage: !to.includes('/src/') })))
}
