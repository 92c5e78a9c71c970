import { describe, expect, it } from 'vitest'
import { place as placeAmong, type Placement, type Room, type Wish } from './placement.ts'
import { Places, type PlaceView } from './places.ts'

const room: Room<PlaceView> = {
  maxCells: 2,
  spareCells: 1,
  maxStarting: 2,
  waitedMs: 100,
  giveUp: (idle) => [...idle].toSorted((a, b) => a.usedAt - b.usedAt)[0],
}
const wish: Wish = {
  tenant: 'acme',
  owner: 'acme',
  memoryMb: 64,
  cordon: undefined,
  alone: false,
  suspect: false,
}
const now = 10_000

function place(
  cells: readonly PlaceView[],
  ...rest: [wished: Wish, bounds: Room<PlaceView>, at: number]
): Placement<PlaceView> {
  const places = new Places<PlaceView>()
  for (const one of cells) places.add(one)
  return placeAmong(places, ...rest)
}

function cell(view: Partial<PlaceView> = {}): PlaceView {
  return {
    owner: undefined,
    memoryMb: 64,
    cordon: undefined,
    slots: 2,
    inFlight: 0,
    open: true,
    draining: false,
    usedAt: now,
    ownedAt: 0,
    ...view,
  }
}

describe('place()', () => {
  it('prefers the least busy cell of the tenant', () => {
    const busy = cell({ owner: 'acme', inFlight: 1 })
    const idle = cell({ owner: 'acme' })
    expect(place([cell(), busy, idle], wish, room, now)).toEqual({ kind: 'run', cell: idle })
  })

  it('has a tenant give up its own idle cell of another size before one of another tenant', () => {
    const own = cell({ owner: 'acme', memoryMb: 128, usedAt: now - 1 })
    const other = cell({ owner: 'globex', usedAt: 0 })
    expect(place([own, other, cell()], wish, room, now)).toEqual({ kind: 'retire', cell: own })
  })

  it('takes a spare when the cells of the tenant are full', () => {
    const spare = cell()
    const cells = [cell({ owner: 'acme', inFlight: 2 }), spare]
    expect(place(cells, wish, room, now)).toEqual({ kind: 'run', cell: spare })
  })

  it('waits for a cell of the tenant that is full, and takes a spare when that lasts', () => {
    const full = cell({ owner: 'acme', inFlight: 2 })
    const spare = cell()
    const brief = { ...room, waitedMs: 20 }
    expect(place([full, spare], wish, brief, now)).toEqual({ kind: 'wait', againInMs: 30 })
    expect(place([full, spare], { ...wish, alone: true }, brief, now)).toEqual({ kind: 'run', cell: spare })
    expect(place([spare], wish, brief, now)).toEqual({ kind: 'run', cell: spare })
    expect(place([full, spare], wish, room, now)).toEqual({ kind: 'run', cell: spare })
  })

  it('never gives a cell of one tenant to another', () => {
    const cells = [cell({ owner: 'globex' })]
    expect(place(cells, wish, room, now)).toEqual({ kind: 'start' })
  })

  it('starts a cell when no spare has the memory asked for', () => {
    expect(place([cell()], { ...wish, memoryMb: 256 }, room, now)).toEqual({ kind: 'start' })
  })

  it('waits for the cell that is starting rather than start another', () => {
    expect(place([cell({ open: false })], wish, room, now)).toEqual({ kind: 'wait' })
  })

  it('starts no more cells at once than it should', () => {
    const starting = cell({ open: false })
    const large = { ...wish, memoryMb: 256 }
    expect(place([starting], large, room, now)).toEqual({ kind: 'start' })
    expect(place([starting, cell({ open: false })], large, room, now)).toEqual({ kind: 'wait' })
  })

  it('takes a spare however many cells others have, where their number is not bounded', () => {
    const spare = cell()
    const cells = Array.from({ length: 500 }, (_, n) => cell({ owner: `tenant-${n}` }))
    const roomy = { ...room, maxCells: 1_024 }
    expect(place([...cells, spare], wish, roomy, now)).toEqual({ kind: 'run', cell: spare })
  })

  it('retires the cell idle for longest to make room for a tenant without one', () => {
    const longest = cell({ owner: 'globex', usedAt: 1 })
    const cells = [cell({ owner: 'initech', usedAt: 2 }), longest, cell()]
    expect(place(cells, wish, room, now)).toEqual({ kind: 'retire', cell: longest })
  })

  it('leaves a cell that has just fallen idle to its tenant when the one that asks has a cell', () => {
    const cells = [cell({ owner: 'acme', inFlight: 2 }), cell({ owner: 'globex', usedAt: now - 400 })]
    expect(place(cells, wish, room, now)).toEqual({ kind: 'wait', againInMs: 600 })
  })

  it('drains a cell of the tenant with the most cells when all are busy', () => {
    const most = [cell({ owner: 'globex', inFlight: 1 }), cell({ owner: 'globex', inFlight: 1 })]
    const cells = [cell({ owner: 'initech', inFlight: 1 }), ...most]
    expect(place(cells, wish, { ...room, maxCells: 3 }, now)).toEqual({ kind: 'drain', cell: most[0] })
  })

  it('takes no cell from anybody before the spare that would come in its place is up', () => {
    const cells = [cell({ owner: 'globex' }), cell({ owner: 'initech', inFlight: 1 })]
    expect(place([...cells, cell({ open: false })], wish, room, now)).toEqual({ kind: 'wait' })
    expect(place([...cells, cell()], wish, room, now)).toEqual({ kind: 'retire', cell: cells[0] })
  })

  it('leaves a busy cell to its owner for a while before another may have its place', () => {
    const cells = [1, 2].map(() => cell({ owner: 'globex', inFlight: 1, ownedAt: now - 100 }))
    expect(place(cells, wish, room, now)).toEqual({ kind: 'wait', againInMs: 900 })
  })

  it('drains a cell for each spare that stands ready, or one', () => {
    const draining = cell({ owner: 'globex', inFlight: 1, open: false, draining: true })
    const cells = [draining, cell({ owner: 'globex', inFlight: 1 })]
    expect(place(cells, wish, room, now)).toEqual({ kind: 'wait' })
    expect(place([...cells, cell()], wish, room, now)).toEqual({ kind: 'wait' })
    expect(place([...cells, cell(), cell()], wish, room, now)).toEqual({ kind: 'drain', cell: cells[1] })
  })

  it('gives a suspect a cell that nobody is in, be it of its own tenant', () => {
    const spare = cell()
    const cells = [cell({ owner: 'acme' }), spare]
    expect(place(cells, { ...wish, alone: true }, room, now)).toEqual({ kind: 'run', cell: spare })
  })

  it('gives a suspect a spare even when there is no room for one more cell', () => {
    const spare = cell()
    const cells = [cell({ owner: 'acme', inFlight: 1 }), cell({ owner: 'acme', inFlight: 1 }), spare]
    const suspect = { ...wish, alone: true, suspect: true }
    expect(place(cells, suspect, room, now)).toEqual({ kind: 'run', cell: spare })
  })

  it('drains a cell of the tenant itself for its suspect', () => {
    const cells = [cell({ owner: 'acme', inFlight: 1 }), cell({ owner: 'acme', inFlight: 1 })]
    expect(place(cells, { ...wish, alone: true }, room, now)).toEqual({ kind: 'drain', cell: cells[0] })
  })
})
