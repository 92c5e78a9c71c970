import URLInterface from 'whatwg-url/lib/URL.js'
import URLSearchParamsInterface from 'whatwg-url/lib/URLSearchParams.js'

const holder = { Array, Object, Promise, String, TypeError }
URLInterface.install(holder, ['Window'])
URLSearchParamsInterface.install(holder, ['Window'])

export const { URL, URLSearchParams } = holder
