#!/usr/bin/env bash
# Builds the module words.wasm, or the file that is named, with Zig, which makes modules of WASI preview 1.
#
#   build.sh [OUTPUT [FOLDER]]
#
# Without `zig` on the PATH it is installed with pip, into the folder, which is .tools here when none is named. Exit
# status 69 says that it can't be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$(realpath --canonicalize-missing "${1:-$here/words.wasm}")
tools=$(realpath --canonicalize-missing "${2:-$here/.tools}")

zig=(zig)
if [[ $(zig version 2>/dev/null) != 0.17.* ]]; then
    python3 -m venv "$tools" || exit 69
    "$tools/bin/pip" install --quiet --disable-pip-version-check ziglang==0.17.1 || exit 69
    zig=("$tools/bin/python" -m ziglang)
fi
"${zig[@]}" build-exe "$here/words.zig" -target wasm32-wasi -O ReleaseSmall -femit-bin="$output" \
    --cache-dir "$tools/cache"
