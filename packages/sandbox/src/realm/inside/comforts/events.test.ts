import { describe, expect, it } from 'vitest'
import { evaluate, inBoth } from '../../../fixtures/evaluate.ts'

const program = (body: string): string => `(async () => {${body}})()`

describe('Event, EventTarget, AbortController', () => {
  it.each([
    program(`const e = new Event('a', { cancelable: true }); e.preventDefault()
      return [e.type, e.bubbles, e.cancelable, e.defaultPrevented, e.returnValue, e.composed, e.target, e.eventPhase, Event.AT_TARGET, e.isTrusted, typeof e.timeStamp, e.composedPath()]`),
    program(`return [new CustomEvent('a', { detail: { x: 1 } }).detail, new CustomEvent('a').detail]`),
    program(`new Event()`),
    program(`const seen = []; const t = new EventTarget()
      t.addEventListener('a', (e) => { seen.push(1); e.stopImmediatePropagation() }); t.addEventListener('a', () => seen.push(2)); t.dispatchEvent(new Event('a')); return seen`),
    program(
      `const t = new EventTarget(); t.addEventListener('a', (e) => e.preventDefault()); return [t.dispatchEvent(new Event('a')), t.dispatchEvent(new Event('a', { cancelable: true }))]`,
    ),
    program(
      `const seen = []; const t = new EventTarget(); const c = new AbortController(); t.addEventListener('a', () => seen.push(1), { signal: c.signal }); t.dispatchEvent(new Event('a')); c.abort(); t.dispatchEvent(new Event('a')); return seen`,
    ),
    program(`new EventTarget().dispatchEvent({})`),
    program(
      `class Mine extends EventTarget {}; let seen; const m = new Mine(); m.addEventListener('x', function () { seen = this === m }); m.dispatchEvent(new Event('x')); return seen`,
    ),
    program(`const c = new AbortController(); const seen = []; c.signal.onabort = (e) => seen.push(e.type); c.signal.addEventListener('abort', () => seen.push('l'))
      c.abort(); c.abort('again'); return [c.signal.aborted, c.signal.reason.name, c.signal.reason.code, seen]`),
    program(`const c = new AbortController(); const seen = []; c.signal.addEventListener('abort', () => seen.push(1)); c.signal.onabort = () => seen.push('on')
      c.signal.addEventListener('abort', () => seen.push(2)); c.signal.onabort = () => seen.push('again'); c.abort(); return seen`),
    program(
      `const c = new AbortController(); const seen = []; c.signal.onabort = () => seen.push('on'); c.signal.onabort = null; c.abort(); return [seen, c.signal.onabort]`,
    ),
    program(
      `const { signal } = new AbortController(); signal.onabort = 5; return [signal.onabort, 'onabort' in signal]`,
    ),
    program(`const c = new AbortController(); c.abort('why'); c.signal.throwIfAborted()`),
    program(
      `const c = new AbortController(); c.abort('why'); try { c.signal.throwIfAborted() } catch (e) { return e }`,
    ),
    program(`return [AbortSignal.abort().reason.name, AbortSignal.abort(5).reason]`),
    program(`new AbortSignal()`),
    program(
      `const a = new AbortController(), b = new AbortController(); const any = AbortSignal.any([a.signal, b.signal]); const seen = []; any.addEventListener('abort', () => seen.push(a.signal.aborted, b.signal.aborted)); b.abort('b'); a.abort('a'); return [any.aborted, any.reason, seen]`,
    ),
    program(
      `const a = new AbortController(); const any = AbortSignal.any([AbortSignal.any([a.signal])]); a.abort(1); return [any.aborted, any.reason]`,
    ),
    program(`return [AbortSignal.any([]).aborted, AbortSignal.any([AbortSignal.abort(7)]).reason]`),
    program(
      `const s = AbortSignal.timeout(5); await new Promise((r) => { s.onabort = r; setTimeout(r, 5000) }); return [s.aborted, s.reason.name, s.reason.code]`,
    ),
    program(`AbortSignal.timeout(-1)`),
    program(
      `return [Object.prototype.toString.call(new AbortController().signal), new AbortController().signal instanceof EventTarget]`,
    ),
  ])('does as Node does: %s', async (expression) => {
    const [guest, node] = await inBoth(expression)
    expect(guest).toEqual(node)
  })

  it('calls listeners as the standard says, where Node does not', async () => {
    const { value } = await evaluate(`
      const seen = []
      const target = new EventTarget()
      const listener = (e) => seen.push([e.type, e.target === target, e.currentTarget === target, e.eventPhase].join())
      const removed = () => seen.push('removed')
      target.addEventListener('a', listener)
      target.addEventListener('a', listener)
      target.addEventListener('a', { handleEvent() { seen.push('once') } }, { once: true })
      target.addEventListener('a', () => {
        target.addEventListener('a', () => seen.push('too late'), { once: true })
        target.removeEventListener('a', removed)
      }, { once: true })
      target.addEventListener('a', removed)
      target.dispatchEvent(new Event('a'))
      target.dispatchEvent(new Event('a'))
      return seen`)
    expect(value).toEqual(['a,true,true,2', 'once', 'a,true,true,2', 'too late'])
  })

  it('fails the run when a listener throws, and calls the others', async () => {
    const { value, lines } = await evaluate(`
      const target = new EventTarget()
      target.addEventListener('a', () => { throw new TypeError('in a listener') })
      target.addEventListener('a', () => console.log('called'))
      target.dispatchEvent(new Event('a'))
      return 'unseen'`)
    expect([value, lines]).toEqual(['failed: TypeError: in a listener', ['info: called']])
  })
})
