#!/usr/bin/env bash
# Builds the component saxpy.wasm, or the file that is named, with componentize-js. It needs `wasi:webgpu@0.0.1`, which is
# beside the code of the host that has it.
#
#   build.sh [OUTPUT [FOLDER]]
#
# What is installed with npm goes to the folder, which is .tools here when none is named. Exit status 69 says that it
# can't be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
texts=$here/../../../host-api/wit/webgpu-0.0.1
output=$(realpath --canonicalize-missing "${1:-$here/saxpy.wasm}")
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

# The text of the program, and those that it refers to.
wit=$(mktemp --directory)
trap 'rm -r "$wit"' EXIT
mkdir -p "$wit/deps/webgpu"
cp "$here/saxpy.wit" "$wit"
cp "$texts"/*.wit "$wit/deps/webgpu"
cp "$texts"/deps/*.wit "$wit/deps"

# It would ask for a network without these.
cd "$here"
"$tools/node_modules/.bin/componentize-js" saxpy.js --wit "$wit" --world-name saxpy \
    --disable http fetch-event --out "$output"
