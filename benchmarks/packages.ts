// Whether much used npm packages give guests what they give in Node.js, in each kind of realm.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BYTES } from './packages/bytes.ts'
import { DATA } from './packages/data.ts'
import { TEXT } from './packages/text.ts'
import { install } from './packages/install.ts'
import { tryGuests } from './packages/try-guests.ts'
import { table } from './packages/table.ts'

const USAGE = `Usage: npm run bench -- packages [--json] [--folder FOLDER] [--only NAME,NAME] [--plain]

  --json     print one JSON object instead of a table
  --folder   where the packages are installed, or will be; by default a new temporary folder
  --only     these packages alone
  --plain    without stand-ins for modules of Node.js
`
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    folder: { type: 'string' },
    only: { type: 'string' },
    plain: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(USAGE)
else {
  const only = values.only?.split(',')
  const guests = [...TEXT, ...DATA, ...BYTES].filter(({ name }) => only?.includes(name) ?? true)
  const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'packages-')))
  await install(folder, guests)
  const tried = await tryGuests(folder, guests, { standIns: !values.plain })
  process.stdout.write(values.json ? `${JSON.stringify({ benchmark: 'packages', tried })}\n` : table(tried))
}
