import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'changes of builtins that would reach the realms of neighbours',
  code: `
    () => {
      const changed = []
      for (const [name, object, key] of [['concat', Array.prototype, 'concat'], ['parse', JSON, 'parse'], ['then', Promise.prototype, 'then'], ['assign', Object, 'assign']]) {
        try { object[key] = () => 'changed by a neighbour' } catch { continue }
        if (String(object[key]).includes('changed by')) changed.push(name)
      }
      return changed
    }`,
  expected: { status: 'succeeded', value: [] },
}
