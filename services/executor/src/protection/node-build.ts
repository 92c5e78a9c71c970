import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const DAY_MS = 24 * 3_600 * 1_000
/** Packages may give their files a date of long ago. */
const FIRST_NODE_26 = Date.UTC(2026, 3, 1)

/** Which Node.js runs the guests. */
export interface NodeBuild {
  readonly node: string
  readonly v8: string
  /** Since it was released; `undefined` where nothing tells. */
  readonly ageDays: number | undefined
}

/**
 * The Node.js of this process. Its age is by the list of changes that comes with it, else by the date of its file.
 *
 * @param execPath the file of Node.js
 */
export function nodeBuild(now = Date.now(), execPath = process.execPath): NodeBuild {
  const { node, v8 } = process.versions
  const released = releasedBy(execPath, node) ?? writtenBy(execPath)
  const ageDays = released === undefined ? undefined : Math.max(0, Math.floor((now - released) / DAY_MS))
  return { node, v8, ageDays }
}

/** The list of changes lies one folder above the one of the program, in the archives of nodejs.org and images made of them. */
function releasedBy(execPath: string, version: string): number | undefined {
  try {
    const text = readFileSync(join(dirname(execPath), '../CHANGELOG.md'), 'utf8')
    const date = new RegExp(`^## (\\d{4}-\\d\\d-\\d\\d), Version ${RegExp.escape(version)} `, 'm').exec(
      text,
    )?.[1]
    return date === undefined ? undefined : Date.parse(date)
  } catch {
    return undefined
  }
}

function writtenBy(execPath: string): number | undefined {
  const { mtimeMs } = statSync(execPath)
  return mtimeMs < FIRST_NODE_26 ? undefined : mtimeMs
}
