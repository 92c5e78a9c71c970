import { syncBuiltinESMExports } from 'node:module'
import v8 from 'node:v8'

/** Takes from this process the ways around the permission model that Node.js leaves to a program. */
export function lockProcess(): void {
  // The flags are frozen in any case: without the function, to try it is an error and not the end of the process.
  Reflect.deleteProperty(v8, 'setFlagsFromString')
  syncBuiltinESMExports()
  // Node.js and its libraries take from the environment the paths of files that they read whatever the rights are.
  Reflect.deleteProperty(process, 'loadEnvFile')
  Object.defineProperty(process, 'env', {
    value: Object.freeze({ __proto__: null }),
    enumerable: true,
    writable: false,
    configurable: false,
  })
}
