#!/usr/bin/env bash
# Builds the component words.wasm, or the file that is named, with componentize-py.
#
#   build.sh [OUTPUT [FOLDER]]
#
# What is installed with pip goes to the folder, which is .tools here when none is named. Exit status 69 says that it
# can't be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$(realpath --canonicalize-missing "${1:-$here/words.wasm}")
tools=$(realpath --canonicalize-missing "${2:-$here/.tools}")

python3 -m venv "$tools" || exit 69
"$tools/bin/pip" install --quiet --disable-pip-version-check componentize-py==0.25.1 || exit 69
cd "$here"
"$tools/bin/componentize-py" --quiet --wit-path words.wit --world words componentize words --output "$output"
