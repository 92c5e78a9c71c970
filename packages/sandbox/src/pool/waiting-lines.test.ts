import { expect, it } from 'vitest'
import { WaitingLines, type Waiting } from './waiting-lines.ts'

interface Named extends Waiting {
  readonly name: string
}

function waiting(name: string, alone = false): Named {
  const tenant = name.charAt(0)
  return { name, wish: { tenant, owner: tenant, memoryMb: 64, cordon: undefined, alone, suspect: alone } }
}

function names(lines: WaitingLines<Named>): string[] {
  return [...lines.heads()].map(({ name }) => name)
}

it('gives the head of each line, first the line that has waited longest for its turn', () => {
  const lines = new WaitingLines<Named>()
  const [a1, a2, b1, suspect] = [waiting('a1'), waiting('a2'), waiting('b1'), waiting('a3', true)]
  for (const one of [a1, a2, b1, suspect]) lines.add(one)
  expect(names(lines)).toEqual(['a1', 'b1', 'a3'])
  lines.remove(a1)
  expect(names(lines)).toEqual(['b1', 'a3', 'a2'])
  lines.remove(a1)
  lines.remove(b1)
  expect(names(lines)).toEqual(['a3', 'a2'])
  expect(lines.all()).toEqual([suspect, a2])
})

it('comes to a line again, after all others, when its head was removed on the way', () => {
  const lines = new WaitingLines<Named>()
  for (const name of ['a1', 'a2', 'b1', 'a3']) lines.add(waiting(name))
  const met: string[] = []
  for (const head of lines.heads()) {
    met.push(head.name)
    if (head.name.startsWith('a')) lines.remove(head)
  }
  expect(met).toEqual(['a1', 'b1', 'a2', 'a3'])
  expect(lines.all()).toHaveLength(1)
})

it('tells for how long a line has not been empty, anew when it gets another place', () => {
  const lines = new WaitingLines<Named>()
  const [a1, a2, a3] = [waiting('a1'), waiting('a2'), waiting('a3')]
  lines.add(a1, 100)
  lines.add(a2, 120)
  lines.remove(a1)
  expect(lines.waitedMs(a2, 150)).toBe(50)
  lines.gotPlace(a2, 150)
  expect(lines.waitedMs(a2, 170)).toBe(20)
  lines.remove(a2)
  lines.add(a3, 200)
  expect(lines.waitedMs(a3, 210)).toBe(10)
})
