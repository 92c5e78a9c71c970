import { constants, createContext } from 'node:vm'
import { HOST_FAILURES } from './inside/boundary.ts'
import { comforts } from './comforts.ts'
import { GUEST_SCHEME } from './guest-scheme.ts'
import { createDescribeError } from './inside/describe-error.ts'
import { createEnter } from './inside/enter.ts'
import { createFinalizers } from './inside/finalizers.ts'
import { hardenIntrinsics } from './inside/harden.ts'
import { hiddenIntrinsics } from './inside/hidden-intrinsics.ts'
import { createHost } from './inside/host.ts'
import { createJsonLosses } from './inside/json-losses.ts'
import { createModules } from './inside/modules.ts'
import { takePristine } from './inside/pristine.ts'
import { createProgress } from './inside/progress.ts'
import { createRenewal } from './inside/renewal.ts'
import { createRunGlobals } from './inside/run-globals.ts'
import { createSketch } from './inside/sketch.ts'
import { createStackFormatter } from './inside/stack.ts'
import { createToJson } from './inside/to-json.ts'
import { trimGlobals } from './inside/trim-globals.ts'
import { confineWebAssembly } from './inside/web-assembly.ts'
import {
  ALLOWABLE_GLOBALS,
  MAX_PROGRESS_BYTES,
  PERMITTED_GLOBALS,
  PERMITTED_MEMBERS,
  PROGRESS_GLOBAL,
  type Allowable,
} from './permits.ts'
import { textOf } from './text-of.ts'

/** What V8 puts into a realm, read off one that serves no other purpose. */
const globals = Reflect.ownKeys(createContext(constants.DONT_CONTEXTIFY))

/**
 * Run in a new realm, it gives the function that makes that realm's {@link RealmInside}. The functions of `inside/` are
 * used as text: run by this script, they belong to the realm it runs in.
 */
export function preludeText(allow: readonly Allowable[] = []): string {
  const permitted = [...PERMITTED_GLOBALS, ...allow.flatMap((group) => ALLOWABLE_GLOBALS[group])]
  const forbidden = globals.filter((name) => !permitted.includes(String(name)))
  return `((reuse) => {
'use strict'
const pristine = (${textOf(takePristine)})()
;(${textOf(trimGlobals)})(pristine, ${JSON.stringify(forbidden)}, ${JSON.stringify(PERMITTED_MEMBERS)})
${allow.includes('web-assembly') ? `;(${textOf(confineWebAssembly)})(pristine)` : ''}
const finalizers = ${allow.includes('weak-references') ? `(${textOf(createFinalizers)})(pristine)` : 'undefined'}
const host = (${textOf(createHost)})(pristine, ${JSON.stringify(HOST_FAILURES)})
const comforts = ${comforts}
const watched = reuse === 'hardened' ? (${textOf(hardenIntrinsics)})(pristine, (${textOf(hiddenIntrinsics)})()) : undefined
const renewGlobals = watched && (${textOf(createRenewal)})(pristine, watched)
const runGlobals = (${textOf(createRunGlobals)})(pristine, ${JSON.stringify(PROGRESS_GLOBAL)})
const lossOf = (${textOf(createJsonLosses)})(pristine)
const toJson = (${textOf(createToJson)})(pristine, lossOf)
const describeError = (${textOf(createDescribeError)})(pristine, toJson, (${textOf(createSketch)})(pristine, lossOf))
const enter = (${textOf(createEnter)})(pristine, {
  host,
  attach: (uncaught) => {
    comforts.attach(uncaught)
    finalizers?.begin(uncaught)
  },
  settled: () => finalizers?.end(),
  createModules: ${textOf(createModules)},
  describeError,
  toJson,
  progress: (${textOf(createProgress)})(pristine, host.call, toJson, ${MAX_PROGRESS_BYTES}),
  runGlobals,
  keepsModules: reuse === 'warm',
})
return {
  __proto__: null,
  enter,
  fire: (id) => comforts.fire(id),
  renew: () => {
    if (finalizers?.wereUsed() === true || !runGlobals.takeAway()) return false
    if (reuse === 'warm') return true
    if (renewGlobals === undefined || !renewGlobals()) return false
    comforts.forget()
    return true
  },
  describe: describeError.describe,
  formatStack: (${textOf(createStackFormatter)})(pristine, ${JSON.stringify(GUEST_SCHEME)}),
  refuseImport: async () => {
    throw new pristine.TypeError('import() of code that was not packed is not possible, use require')
  },
}
})`
}
