import { join } from 'node:path'
import { checkImports } from './check-imports.ts'
import { importsOf } from './import-graph.ts'

const imports = importsOf(join(import.meta.dirname, '../..'))
const problems = checkImports(imports)
for (const problem of problems) process.stdout.write(`${problem}\n`)
process.stdout.write(`${imports.length} imports, ${problems.length} of them wrong\n`)
process.exitCode = problems.length === 0 ? 0 : 1
