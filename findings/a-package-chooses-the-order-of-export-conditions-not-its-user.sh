#!/usr/bin/env bash
# react-dom 19.2.0, resolve.exports 2.0.3, Node.js 20 and 26: asking for `edge-light` before `worker` gives the `worker` build.
#
# Export conditions look like a list of preferences, and tools take them as one (`conditions: ['edge-light', 'worker']`). They are a
# set: the order of the keys in the package decides. `react-dom/server` names `workerd` and `worker` before `edge-light`, so a tool that
# accepts both gets `server.browser.js`, which needs a global `MessageChannel`; the edge build does without.
# To get the edge build, `worker` has to be left out of the set, or `workerd` added: that key comes first and is the edge build.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund react-dom@19.2.0 react@19.2.0 resolve.exports@2.0.3
cat >check.mjs <<'JS'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'resolve.exports'

const manifest = JSON.parse(readFileSync('node_modules/react-dom/package.json', 'utf8'))

function build(...conditions) {
  const [path] = resolve(manifest, './server', { unsafe: true, conditions: [...conditions, 'import', 'default'] })
  console.log(JSON.stringify(conditions), path)
  return path
}

console.log(Object.keys(manifest.exports['./server']).join(' '))
assert.equal(build('edge-light', 'worker'), './server.browser.js')
assert.equal(build('worker', 'edge-light'), './server.browser.js')
assert.equal(build('edge-light'), './server.edge.js')
assert.equal(build('workerd', 'worker', 'edge-light'), './server.edge.js')
console.log('As described.')
JS
node check.mjs
