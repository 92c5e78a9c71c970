import { readFileSync } from 'node:fs'

/** Beside `src` and `dist`, so that one path leads there from both. */
const FOLDER = new URL('../../lua/', import.meta.url)

const INCLUDE = /^--- include "([^"]+)" for .*$/gm

/**
 * Reads a Lua script. A line `--- include "parts/x.lua" for name, name` gives way to the file, where it is the first to
 * include it; the names are those that the script uses of it.
 *
 * @param file under `lua/`
 */
export function readLua(file: string): string {
  return readWith(file, new Set())
}

function readWith(file: string, included: Set<string>): string {
  included.add(file)
  return readFileSync(new URL(file, FOLDER), 'utf8').replaceAll(INCLUDE, (_, part: string) =>
    included.has(part) ? '' : readWith(part, included),
  )
}
