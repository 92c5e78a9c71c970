import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The guest code that every contender runs, and what it is called with. */
export const FOLDER = join(import.meta.dirname, 'modules')
export const FILE = 'answer.js'
export const CODE = readFileSync(join(FOLDER, FILE), 'utf8')
export const FUNC_NAME = 'answer'
export const INPUT = JSON.stringify({ question: 'Life, the universe and everything' })
