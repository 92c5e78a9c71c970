import type { RealmInside } from './boundary.ts'
import type { Pristine } from './pristine.ts'

/**
 * Makes the function that formats stacks. V8 calls it when `error.stack` is first read, so that guests never meet a
 * call site, a frame of the host, or a host function that could overflow in their hands.
 */
export function createStackFormatter(pristine: Pristine, guestScheme: string): RealmInside['formatStack'] {
  const { apply, errorToString, global, startsWith, split, String } = pristine

  function headerOf(error: unknown): string {
    try {
      return apply(errorToString, error, [])
    } catch {
      return 'Error'
    }
  }

  /** Builtins such as `Array.prototype.map` have no file. */
  function fileOf(site: NodeJS.CallSite): string | undefined {
    const file = site.getFileName()
    return typeof file === 'string' ? file : undefined
  }

  function lineOf(site: NodeJS.CallSite): string {
    const parts = apply(split, String(site), [guestScheme])
    let line = '\n    at '
    for (let part = 0; part < parts.length; part++) line += parts[part]
    return line
  }

  return function formatStack(errorGlobal, error, callSites) {
    // An error of another realm is none of this realm's business.
    if (errorGlobal !== global) return ''
    let text = headerOf(error)
    // Builtins are shown between guest frames only: below the last one they were called by the host.
    let builtins = ''
    try {
      for (let index = 0; index < callSites.length; index++) {
        const site = callSites[index]
        if (site === undefined) continue
        const file = fileOf(site)
        if (file === undefined) builtins += lineOf(site)
        else if (apply(startsWith, file, [guestScheme])) {
          text += builtins + lineOf(site)
          builtins = ''
        }
      }
    } catch {
      // The stack is about to overflow: what was gathered so far is what there is.
    }
    return text
  }
}
