import { readFile, readdir } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const ROOT = import.meta.dirname

/**
 * The libraries for guests: each an entry file beside this one, and the parameters its text takes. What whatwg-url
 * builds on is replaced where guests would pay for what they do not use.
 */
const LIBRARIES = {
  encoding: { parameters: [], alias: {} },
  'international-domains': { parameters: [], alias: {} },
  urls: {
    parameters: ['TextEncoder', 'TextDecoder', 'loadInternationalDomains'],
    alias: {
      tr46: './ascii-domains.js',
      '@exodus/bytes/whatwg.js': './percent-encode.js',
      // Tables of encodings that URLs are not asked for.
      '@exodus/bytes/encoding.js': './percent-encode.js',
    },
  },
}

/** Makes the text of every library, and the notice of whose they are. */
export async function bundleLibraries() {
  const texts = {}
  // Of the programs in dist/, Piscina is the one part that is not ours.
  const packages = new Set([dirname(findPackageJSON('piscina', import.meta.url))])
  for (const [name, { parameters, alias }] of Object.entries(LIBRARIES)) {
    const { outputFiles, metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: [`${name}.entry.js`],
      alias,
      bundle: true,
      write: false,
      metafile: true,
      format: 'iife',
      globalName: 'library',
      platform: 'neutral',
      mainFields: ['main'],
      target: 'esnext',
      legalComments: 'none',
    })
    texts[name] = wrap(name, parameters, outputFiles[0].text)
    for (const path of Object.keys(metafile.inputs)) {
      const folder = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]
      if (folder !== undefined) packages.add(join(ROOT, folder))
    }
  }
  return { texts, notice: await noticeOf([...packages]) }
}

/** Realms have none; webidl-conversions, which asks whether values are of it, learns that no value is. */
const NO_SHARED_MEMORY = `class SharedArrayBuffer {
  get byteLength() { throw new TypeError('There is no shared memory') }
  get growable() { throw new TypeError('There is no shared memory') }
}`

/** A function of the realm it is run in. The libraries look for nothing on the global object. */
function wrap(name, parameters, code) {
  return `// Made by "npm run vendor" of ${name}.entry.js. See ../../NOTICE for whose work it is.
(function (${parameters.join(', ')}) {
const globalThis = {}
${NO_SHARED_MEMORY}
${code}return library
})
`
}

async function noticeOf(folders) {
  const parts = await Promise.all(
    folders.toSorted().map(async (folder) => {
      const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
      const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
      if (file === undefined) throw new Error(`"${name}" says nothing of its licence`)
      return `${name} ${version}\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`
    }),
  )
  const head =
    'The files in vendor/bundled, which guests can use, and in dist/programs are made of these packages:\n'
  return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`)
}
