import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { childProcesses } from './fixtures/child-processes.ts'
import { valueFrom } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'

const sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
afterAll(() => sandbox.close())

it.each(['fresh', 'hardened', 'warm'] as const)(
  'the local time of guests is UTC, in a %s realm',
  async (realm) => {
    const code = `exports.main = () => [
    new Date('2021-04-18 23:59:59').getTime(), new Date(2021, 6, 1).toISOString(), new Date(0).getTimezoneOffset(), new Date(0).getHours(),
    new Intl.DateTimeFormat().resolvedOptions().timeZone, Temporal.Now.timeZoneId(), Temporal.Now.zonedDateTimeISO().timeZoneId]`
    expect(await valueFrom(sandbox, { code, realm })).toEqual([
      1_618_790_399_000,
      '2021-07-01T00:00:00.000Z',
      0,
      0,
      'UTC',
      'UTC',
      'UTC',
    ])
  },
)

it('a cell is told its time zone, whatever that of the machine is', () => {
  const cells = childProcesses()
  expect(cells.map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8'))).toContain('TZ=UTC\0')
})
