#!/usr/bin/env bash
# esbuild 0.28.2, Node.js 20 and 26: with `supported: { 'dynamic-import': false }`, which turns `import()` into `require()`, an
# `await` or `yield` inside `import(…)` ends up in an arrow function, where it is a syntax error.
#
# `async function load(name) { return import(await name) }` becomes
# `Promise.resolve().then(() => __toESM(require(await name)))`: the arrow function is not async. esbuild reports no error and no
# warning; the first to notice is the engine that loads the result. Without an `await` inside, the same option works.
# Parse what such a build gives before it is stored.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund esbuild@0.28.2
cat >check.mjs <<'JS'
import assert from 'node:assert/strict'
import { transform } from 'esbuild'
import { Script } from 'node:vm'

async function lowered(source) {
  const options = { format: 'cjs', supported: { 'dynamic-import': false } }
  const { code, warnings } = await transform(source, options)
  let error
  try {
    new Script(code)
  } catch (thrown) {
    error = thrown.name
  }
  const line = code.split('\n').find((text) => text.includes('require('))?.trim()
  console.log(JSON.stringify({ source, line, warnings: warnings.length, error }))
  return { warnings: warnings.length, error }
}

const fine = { warnings: 0, error: undefined }
const broken = { warnings: 0, error: 'SyntaxError' }
assert.deepEqual(await lowered('async function load(name) { return import(name) }'), fine)
assert.deepEqual(await lowered('async function load(name) { return import(await name) }'), broken)
assert.deepEqual(await lowered('function* load() { return import(yield 1) }'), broken)
console.log('As described.')
JS
node check.mjs
