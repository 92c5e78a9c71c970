import { join } from 'node:path'
import { bundlePrograms, PROGRAMS } from './bundle.js'

const PACKAGE = join(import.meta.dirname, '..')
const STAGE = join(PACKAGE, 'attacks', 'stage')

/** What takes the place of a program where a wall shall have fallen. */
const BROKEN = Object.fromEntries(
  ['thread-with-secret', 'broken-thread', 'broken-cell'].map((name) => [name, join(STAGE, `${name}.ts`)]),
)

/** Before any test runs: cells and threads run what is built of the sources as they are now, as those of the product do. */
export async function setup(project) {
  await bundleAll()
  project.onTestsRerun(bundleAll)
}

async function bundleAll() {
  await bundlePrograms(PROGRAMS, join(PACKAGE, 'dist', 'programs'))
  await bundlePrograms(BROKEN, join(STAGE, 'built'))
}
