import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleLibraries } from './bundle.js'

const folder = join(import.meta.dirname, 'bundled')
const { texts, notice } = await bundleLibraries()
await mkdir(folder, { recursive: true })
for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, `${name}.js`), text)
await writeFile(join(folder, '..', '..', 'NOTICE'), notice)
