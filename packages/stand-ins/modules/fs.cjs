'use strict'

const { Buffer } = require('buffer')
const unavailable = require('../unavailable.cjs')

// A disk that holds the JSON files of the bundle and nothing else, and that nothing can be written to.
function textAt(path, call) {
  const address = path instanceof URL ? decodeURIComponent(path.pathname) : String(path)
  if (address.endsWith('.json'))
    try {
      return JSON.stringify(readModule(address.startsWith('/') ? address : `/${address}`))
    } catch {
      // The same as any other file that is not there.
    }
  const error = new Error(
    `ENOENT: no such file, ${call} '${address}'; guests can read JSON files of their bundle only`,
  )
  throw Object.assign(error, { code: 'ENOENT', errno: -2, syscall: call, path: address })
}

// Called by another name, so that it is left to the time of the run.
const readModule = (path) => Reflect.apply(require, undefined, [path])

function exists(path) {
  try {
    textAt(path, 'access')
    return true
  } catch {
    return false
  }
}

function readFileSync(path, options) {
  const encoding = typeof options === 'string' ? options : options?.encoding
  const bytes = Buffer.from(textAt(path, 'open'))
  return encoding ? bytes.toString(encoding) : bytes
}

function statSync(path, options) {
  if (options?.throwIfNoEntry === false && !exists(path)) return undefined
  const size = Buffer.byteLength(textAt(path, 'stat'))
  return { size, isFile: () => true, isDirectory: () => false, isSymbolicLink: () => false }
}

const accessSync = (path) => void textAt(path, 'access')
const realpathSync = (path) => {
  accessSync(path)
  return String(path)
}
const readdirSync = (path) => textAt(`${path}/`, 'scandir')

const SYNC = {
  readFile: readFileSync,
  stat: statSync,
  lstat: statSync,
  access: accessSync,
  realpath: realpathSync,
  readdir: readdirSync,
}
const promises = Object.fromEntries(
  Object.entries(SYNC).map(([name, call]) => [name, async (...args) => call(...args)]),
)
const callbacks = Object.fromEntries(
  Object.entries(promises).map(([name, call]) => [
    name,
    (...args) => {
      const callback = args.pop()
      void settle(call(...args), callback)
    },
  ]),
)

async function settle(promise, callback) {
  let value
  try {
    value = await promise
  } catch (error) {
    callback(error)
    return
  }
  callback(null, value)
}

const WRITING = `appendFile appendFileSync chmod chmodSync chown chownSync close closeSync copyFile copyFileSync cp cpSync
  createReadStream createWriteStream fchmod fchown fstat fstatSync fsync futimes link linkSync lutimes mkdir mkdirSync mkdtemp
  mkdtempSync open openSync opendir opendirSync read readSync readlink readlinkSync rename renameSync rm rmSync rmdir rmdirSync
  symlink symlinkSync truncate unlink unlinkSync unwatchFile utimes utimesSync watch watchFile write writeFile writeFileSync
  writeSync ReadStream WriteStream Stats Dirent`

module.exports = {
  ...unavailable('fs', WRITING.replaceAll(/\s+/g, ' ')),
  ...callbacks,
  exists: (path, callback) => callback(exists(path)),
  existsSync: exists,
  readFileSync,
  statSync,
  lstatSync: statSync,
  accessSync,
  realpathSync,
  readdirSync,
  constants: { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, O_RDONLY: 0 },
  promises: {
    ...unavailable(
      'fs.promises',
      'appendFile copyFile mkdir mkdtemp open opendir rename rm rmdir unlink watch writeFile',
    ),
    ...promises,
  },
}
