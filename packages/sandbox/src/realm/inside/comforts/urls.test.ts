import { describe, expect, it } from 'vitest'
import { evaluate, inBoth } from '../../../fixtures/evaluate.ts'

const PARTS = `href origin protocol username password host hostname port pathname search hash`.split(' ')
const parts = (url: string, base?: string): string =>
  `(({ ${PARTS.join(', ')} }) => [${PARTS.join(', ')}])(new URL(${JSON.stringify(url)}, ${JSON.stringify(base)}))`

describe('URL', () => {
  it.each([
    ['http://user:pass@EXAMPLE.com:80/a/../b c?x=ü&y="#f g'],
    ['https://example.com:8443'],
    ['//host/path', 'https://base.example'],
    ['../up?q', 'https://base.example/a/b/c'],
    ['#only', 'https://base.example/a'],
    ['http://ä.example/'],
    ['http://xn--4ca.example/'],
    ['http://faß.example/'],
    ['http://日本語.jp/'],
    ['http://0x7f.1/'],
    ['http://[::1]:3000/'],
    ['http://1.2.3/'],
    ['file:///C:/a/../b'],
    ['mailto:a@b.c'],
    ['data:text/plain,hi there'],
    ['http://a b/'],
    ['http://a%00b/'],
    ['nonsense'],
    ['http://xn--a/'],
    ['http://a.b:99999'],
    ['ws://a.b/%zz?%zz'],
    [`http://a.b/?'"<>\`{}|\\^`],
  ])('takes %s apart as Node does (base %s)', async (...given: string[]) => {
    const [guest, node] = await inBoth(parts(given[0] ?? '', given[1]))
    expect(guest).toEqual(node)
  })

  it.each([
    `(() => { const u = new URL('http://a.b/c'); u.port = '81'; u.pathname = 'x y'; u.search = 'q=1'; u.hash = 'h'; u.host = 'n.m:82'; u.protocol = 'https'; return [u.href, String(u), JSON.stringify({ u })] })()`,
    `(() => { const u = new URL('http://a.b/?a=1&b=2&a=3'); u.searchParams.append('c', 'ä &'); u.searchParams.delete('b'); return [u.href, u.searchParams.getAll('a')] })()`,
    `[URL.canParse('x:y'), URL.canParse('x'), URL.parse('x'), URL.parse('x:y').href]`,
    `[...new URLSearchParams({ b: '1', a: 'x y' })]`,
    `(() => { const p = new URLSearchParams('?b=1&a=2&b=3'); p.sort(); return [String(p), p.size, p.has('a', '2'), [...p.keys()], p.get('none')] })()`,
    `String(new URLSearchParams([['a', '1'], ['b', '~!*() ']]))`,
    `new URLSearchParams([['a']])`,
    `Object.prototype.toString.call(new URL('a:b'))`,
    `URL('a:b')`,
  ])('does as Node does: %s', async (expression) => {
    const [guest, node] = await inBoth(expression)
    expect(guest).toEqual(node)
  })

  it('shows itself in the log', async () => {
    const { lines } = await evaluate(
      `console.log(new URLSearchParams('a=1')); console.log(new URL('http://a.b/c'))`,
    )
    expect(lines).toEqual([
      `info: URLSearchParams { 'a' => '1' }`,
      expect.stringMatching(/^info: URL {\n {2}href: 'http:\/\/a\.b\/c',/),
    ])
  })
})
