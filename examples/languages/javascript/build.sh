#!/usr/bin/env bash
# Builds the component words.wasm, or the file that is named, with componentize-js.
#
#   build.sh [OUTPUT [FOLDER]]
#
# What is installed with npm goes to the folder, which is .tools here when none is named. Exit status 69 says that it
# can't be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$(realpath --canonicalize-missing "${1:-$here/words.wasm}")
tools=$(realpath --canonicalize-missing "${2:-$here/.tools}")

# Installed once, and whole: npm takes away what is needed when it is asked again.
componentize=@bytecodealliance/componentize-js@0.23.0
installed=$tools/installed
if [[ $(cat "$installed" 2>/dev/null) != "$componentize" ]]; then
    rm -rf "$tools/node_modules"
    mkdir -p "$tools"
    npm install --silent --no-audit --no-fund --no-save --prefix "$tools" "$componentize" || exit 69
    echo "$componentize" >"$installed"
fi
# It would ask for a network without these.
cd "$here"
"$tools/node_modules/.bin/componentize-js" words.js --wit words.wit --world-name words \
    --disable http fetch-event --out "$output"
