// Shifts the clock of the process that it is loaded into: node --import shift-clock.ts …, with CLOCK_SHIFTS_MS. That is a number of
// milliseconds, or several with commas in between: then the clock jumps from one to the next, again and again.
const JUMP_EVERY_MS = 300

const shiftsMs = (process.env['CLOCK_SHIFTS_MS'] ?? '0').split(',').map(Number)
const RealDate = Date
let jumps = 0

const now = (): number => RealDate.now() + (shiftsMs[jumps % shiftsMs.length] ?? 0)

globalThis.Date = new Proxy(RealDate, {
  construct: (_, args, target) => Reflect.construct(RealDate, args.length === 0 ? [now()] : args, target),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
})

if (shiftsMs.length > 1) setInterval(() => jumps++, JUMP_EVERY_MS).unref()
