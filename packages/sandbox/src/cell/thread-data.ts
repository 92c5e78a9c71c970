import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LIBRARY_NAMES, type LibraryName } from '../realm/inside/boundary.ts'
import { preludeText } from '../realm/prelude.ts'
import type { ThreadData } from '../thread/messages.ts'

/** What all threads of a cell start with. Put together once: a thread that loaded it itself would start 10 ms later. */
export function threadData(
  libraryFolder: string,
  settings: Pick<ThreadData, 'maxRunsPerRealm' | 'allow'>,
): ThreadData {
  const libraries = LIBRARY_NAMES.map(
    (name) => [name, shared(readFileSync(join(libraryFolder, `${name}.js`)))] as const,
  )
  return {
    ...settings,
    preludeText: preludeText(settings.allow),
    libraries: Object.fromEntries(libraries) as Record<LibraryName, SharedArrayBuffer>,
  }
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes.length)
  new Uint8Array(memory).set(bytes)
  return memory
}
