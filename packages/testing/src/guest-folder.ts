import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

/**
 * Writes a folder of guest code, which is removed when it is disposed of.
 *
 * @param files content by relative path, such as `{ 'rules/vat.js': 'exports.vat = () => 1' }`
 */
export async function guestFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<TemporaryFolder> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder.path, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  stack.move()
  return folder
}
