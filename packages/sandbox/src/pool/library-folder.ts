import { join } from 'node:path'

/** Where the libraries for guests lie, as seen from the sources and from what tsc makes of them; not from a program. */
export const LIBRARY_FOLDER = join(import.meta.dirname, '..', '..', 'vendor', 'bundled')
