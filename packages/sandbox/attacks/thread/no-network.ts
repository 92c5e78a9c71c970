import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'fetch, WebSocket, EventSource and what else speaks to others',
  code: `
    () => ['fetch', 'WebSocket', 'EventSource', 'Request', 'Response', 'Headers', 'navigator', 'XMLHttpRequest', 'localStorage', 'sessionStorage', 'caches', 'QuicEndpoint']
      .filter((name) => name in globalThis)`,
  expected: { status: 'succeeded', value: [] },
}
