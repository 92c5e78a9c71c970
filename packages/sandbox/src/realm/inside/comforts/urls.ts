import type { ComfortKit } from './kit.ts'

type Urls = Pick<typeof globalThis, 'URL' | 'URLSearchParams'>

/** Makes `URL` and `URLSearchParams`. The tables for international host names are fetched when one is met. */
export function createUrls(kit: ComfortKit): Urls {
  const { TextEncoder, TextDecoder } = kit.use('encoding')
  let internationalDomains: unknown
  const urls = kit.callHost('library', 'urls')(
    TextEncoder,
    TextDecoder,
    () => (internationalDomains ??= kit.callHost('library', 'international-domains')()),
  ) as Urls
  Object.defineProperty(urls.URL.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value: function inspect(
      this: URL,
      _depth: number,
      options: object,
      render: (value: unknown, options: object) => string,
    ) {
      const {
        href,
        origin,
        protocol,
        username,
        password,
        host,
        hostname,
        port,
        pathname,
        search,
        searchParams,
        hash,
      } = this
      const parts = {
        href,
        origin,
        protocol,
        username,
        password,
        host,
        hostname,
        port,
        pathname,
        search,
        searchParams,
        hash,
      }
      return `URL ${render(parts, options)}`
    },
    configurable: true,
    writable: true,
  })
  Object.defineProperty(urls.URLSearchParams.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value: function inspect(
      this: URLSearchParams,
      _depth: number,
      options: object,
      render: (value: unknown, options: object) => string,
    ) {
      const pairs = [...this].map(([name, value]) => `${render(name, options)} => ${render(value, options)}`)
      return pairs.length === 0 ? 'URLSearchParams {}' : `URLSearchParams { ${pairs.join(', ')} }`
    },
    configurable: true,
    writable: true,
  })
  return urls
}
