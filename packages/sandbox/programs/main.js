import { join } from 'node:path'
import { bundlePrograms, PROGRAMS } from './bundle.js'

await bundlePrograms(PROGRAMS, join(import.meta.dirname, '..', 'dist', 'programs'))
