import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Attack } from '../attack.ts'

/** All attacks of a folder, with the name of each file. */
export function loadAttacks(folder: string): Promise<{ file: string; attack: Attack }[]> {
  const path = join(import.meta.dirname, '..', folder)
  return Promise.all(
    readdirSync(path).map(async (file) => {
      const { attack } = (await import(join(path, file))) as { attack: Attack }
      return { file, attack }
    }),
  )
}
