/**
 * The guest module `/secret-from.js`: `secretFrom(...things)` looks for the secret in all that a thing leads to, by
 * prototypes, constructors and properties, and gives it, or `null`. It is loaded before the attack patches anything.
 */
export const SECRET_FROM = `
const { apply, getPrototypeOf, ownKeys, getOwnPropertyDescriptor } = Reflect
const { has, add } = Set.prototype

exports.secretFrom = function secretFrom(...things) {
  const seen = new Set()
  function look(thing, depth) {
    if ((typeof thing !== 'object' || thing === null) && typeof thing !== 'function') return null
    if (depth === 0 || apply(has, seen, [thing])) return null
    apply(add, seen, [thing])
    try {
      const secret = thing.theSecret
      if (typeof secret === 'string') return secret
    } catch {}
    const next = []
    try { next[0] = getPrototypeOf(thing) } catch {}
    try { next[1] = thing.constructor } catch {}
    let keys = []
    try { keys = ownKeys(thing) } catch {}
    for (let index = 0; index < keys.length; index++) {
      try {
        const { value, get, set } = getOwnPropertyDescriptor(thing, keys[index])
        next[next.length] = value
        next[next.length] = get
        next[next.length] = set
      } catch {}
    }
    for (let index = 0; index < next.length; index++) {
      const secret = look(next[index], depth - 1)
      if (secret !== null) return secret
    }
    return null
  }
  for (let index = 0; index < things.length; index++) {
    const secret = look(things[index], 4)
    if (secret !== null) return secret
  }
  return null
}
`
