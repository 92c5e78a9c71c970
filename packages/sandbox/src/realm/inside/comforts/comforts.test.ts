import { describe, expect, it } from 'vitest'
import { evaluate, inBoth } from '../../../fixtures/evaluate.ts'
import { COMFORT_GLOBALS } from '../../permits.ts'

const NAMES = Object.values(COMFORT_GLOBALS).flat()

describe('comforts', () => {
  it('are there without being made', async () => {
    const { value, libraries } = await evaluate(`
      const names = ${JSON.stringify(NAMES)}
      return [names.filter((name) => !(name in globalThis)), names.filter((name) => Object.hasOwn(globalThis, name)), Object.keys(globalThis)]`)
    expect(value).toEqual([[], [], []])
    expect(libraries).toEqual([])
  })

  it('become properties like any other once touched', async () => {
    const { value } = await evaluate(`
      const all = ${JSON.stringify(NAMES)}.map((name) => {
        const first = globalThis[name]
        const { value, writable, enumerable, configurable, get } = Object.getOwnPropertyDescriptor(globalThis, name)
        return [value === first, writable, enumerable, configurable, get === undefined]
      })
      return new Set(all.map(String)).size + ': ' + all[0]`)
    expect(value).toBe('1: true,true,false,true,true')
  })

  it('can be overwritten before and after they were touched', async () => {
    const { value } = await evaluate(`
      console = 1
      setTimeout; setTimeout = 2
      const inheriting = Object.create(globalThis)
      inheriting.URL = 3
      return [console, setTimeout, Object.hasOwn(inheriting, 'URL'), typeof URL]`)
    expect(value).toEqual([1, 2, true, 'function'])
  })

  it('load a library only for who touches it', async () => {
    expect(
      (await evaluate('console.log({ a: 1 }); structuredClone({}); new AbortController()')).libraries,
    ).toEqual([])
    expect((await evaluate('new TextEncoder()')).libraries).toEqual(['encoding'])
    expect((await evaluate('new URL("http://a.b")')).libraries).toEqual(['encoding', 'urls'])
    expect((await evaluate('new URL("http://ä.b")')).libraries).toEqual([
      'encoding',
      'urls',
      'international-domains',
    ])
  })

  it('are made anew for each realm', async () => {
    const body = `const seen = [URL.mark, console.mark, Event.prototype.mark]; URL.mark = console.mark = Event.prototype.mark = 1; return seen`
    expect((await evaluate(body)).value).toEqual([null, null, null])
    expect((await evaluate(body)).value).toEqual([null, null, null])
  })

  it('work in a frozen global, and after the guest has patched what they are made with', async () => {
    expect(
      (await evaluate('Object.freeze(globalThis); return btoa("a") + new URL("http://a.b").host')).value,
    ).toBe('YQ==a.b')
    const { value } = await evaluate(`
      Array.prototype.push = Array.prototype.map = Map.prototype.get = Reflect.apply = () => { throw new Error('patched') }
      let seen = []
      try { console.log({ a: 1 }, 'b') } catch (error) { seen = error instanceof Error }
      return seen`)
    expect(value).toBeDefined()
  })

  it.each([
    // Base64
    `atob('aGk=')`,
    `atob(' a G k = ')`,
    `atob('aGk')`,
    `atob('a')`,
    `atob('aGk==')`,
    `atob('*')`,
    `atob('YR==')`,
    `atob(null)`,
    `atob('')`,
    `btoa('hi')`,
    `btoa('\\xff\\x00')`,
    `btoa('ä')`,
    `btoa('€')`,
    `btoa(12)`,
    `btoa('')`,
    // DOMException
    `[new DOMException('m', 'AbortError')].map((e) => [e.name, e.message, e.code, e instanceof Error, String(e), Object.prototype.toString.call(e)])`,
    `[new DOMException()].map((e) => [e.name, e.message, e.code])`,
    `[DOMException.ABORT_ERR, new DOMException('').DATA_CLONE_ERR]`,
    `[new DOMException('m', { name: 'Mine', cause: 1 })].map((e) => [e.name, e.cause])`,
    // Text and bytes
    `[...new TextEncoder().encode('aé€😀\\ud800')]`,
    `new TextEncoder().encodeInto('é€', new Uint8Array(4))`,
    `new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xe2, 0x82, 0xff, 0xf0, 0x9f, 0x98, 0x80]))`,
    `new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]))`,
    `new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))`,
    `(() => { const d = new TextDecoder(); return d.decode(new Uint8Array([0xe2, 0x82]), { stream: true }) + d.decode(new Uint8Array([0xac])) })()`,
    `new TextDecoder('utf-16le').decode(new Uint8Array([0x61, 0, 0x3d, 0xd8, 0, 0xde]))`,
    `new TextDecoder('latin1').decode(new Uint8Array([0x80, 0xe9]))`,
    `new TextDecoder('windows-1251').decode(new Uint8Array([0xc0]))`,
    `['UTF8', 'latin1', 'utf-16'].map((label) => new TextDecoder(label).encoding)`,
    `new TextDecoder('no-such')`,
    `new TextDecoder().decode(new DataView(new ArrayBuffer(2)))`,
    // Entropy
    `/^[\\da-f]{8}-[\\da-f]{4}-4[\\da-f]{3}-[89ab][\\da-f]{3}-[\\da-f]{12}$/.test(crypto.randomUUID())`,
    `new Set(Array.from({ length: 1000 }, () => crypto.randomUUID())).size`,
    `(() => { const a = new Uint32Array(64); return crypto.getRandomValues(a) === a && a.some(Boolean) })()`,
    `crypto.getRandomValues(new Uint8Array(65536)).length`,
    `crypto.getRandomValues(new Uint8Array(65537))`,
    `crypto.getRandomValues(new Float64Array(1))`,
    `crypto.getRandomValues([])`,
    // Clock
    `(() => { const a = performance.now(), b = performance.now(); return a >= 0 && b >= a && Math.abs(performance.timeOrigin + a - Date.now()) < 1000 })()`,
    `typeof performance.toJSON().timeOrigin`,
  ])('give %s as Node does', async (expression) => {
    const [guest, node] = await inBoth(expression)
    expect(guest).toEqual(node)
  })
})

it('the encodings that a TextDecoder does not know are refused when it is made, the others decode', async () => {
  const { value } = await evaluate(`
    const labels = ['utf-8', 'utf-16le', 'utf-16be', 'ascii', 'latin1', 'windows-1251', 'iso-8859-15', 'koi8-r', 'macintosh', 'ibm866', 'x-user-defined', 'windows-874',
      'gbk', 'gb2312', 'gb18030', 'big5', 'Shift_JIS', 'sjis', 'euc-jp', 'euc-kr', 'iso-2022-jp', 'replacement', 'none']
    return labels.map((label) => {
      try { return typeof new TextDecoder(label).decode(new Uint8Array([65, 66])) }
      catch (error) { return error.name }
    })`)
  expect(value).toEqual([...Array<string>(12).fill('string'), ...Array<string>(11).fill('RangeError')])
})

it('a TextDecoder is as Node has it', async () => {
  const [guest, node] = await inBoth(
    `[TextDecoder.name, TextDecoder.length, String(new TextDecoder()), new TextDecoder('utf8', { fatal: true }).fatal, new TextDecoder() instanceof TextDecoder]`,
  )
  expect(guest).toEqual(node)
})
