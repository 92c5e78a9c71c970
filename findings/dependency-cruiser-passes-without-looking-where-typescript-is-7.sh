#!/usr/bin/env bash
# dependency-cruiser 18.7.2 beside typescript 7.0.2, Node.js 22, 24 or 26: a check for import circles goes on passing after an
# update of TypeScript, because it looks at no file any more.
#
# TypeScript 7 has no compiler API yet. dependency-cruiser then leaves all TypeScript sources out, prints a warning below
# "no dependency violations found (0 modules, 0 dependencies cruised)" and exits with 0, also where a rule has the severity
# "error". With typescript 5.9.3 the same two files, which import each other, are an error and the exit code is 1.
# A build that looks at the exit code alone has lost its check: hold the number of modules to what is expected.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
mkdir src
echo "import { b } from './b.ts'; export const a = (): number => b()" >src/a.ts
echo "import { a } from './a.ts'; export const b = (): number => a()" >src/b.ts
echo '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }' >tsconfig.json
cat >.dependency-cruiser.cjs <<'JS'
module.exports = {
  forbidden: [{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true } }],
  options: { tsConfig: { fileName: 'tsconfig.json' } },
}
JS

check() { # version of TypeScript, exit code expected, text expected
  npm install --silent --no-audit --no-fund dependency-cruiser@18.7.2 "typescript@$1"
  status=0
  output=$(npx --no-install depcruise src 2>&1) || status=$?
  echo "typescript $1: exit code $status, $(grep -oE '\(?[0-9]+ modules, [0-9]+ dependencies' <<<"$output" | tr -d '(')"
  [[ $status == "$2" && $output == *"$3"* ]]
}

check 7.0.2 0 'no dependency violations found (0 modules, 0 dependencies cruised)'
check 5.9.3 1 'error no-circular'
echo 'As described.'
