import { SECRET } from './secret.ts'

/**
 * Loaded first in the threads of the attack suite: from here on every object of the thread's own realm has the
 * secret, by inheritance. A guest that gets hold of any of them reads it.
 */
// oxlint-disable-next-line no-extend-native -- that is the point
Object.defineProperty(Object.prototype, 'theSecret', { value: SECRET })
Object.defineProperty(globalThis, 'theSecret', { value: SECRET, configurable: true })
