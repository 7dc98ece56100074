#!/usr/bin/env bash
# Builds the component words.wasm, or the file that is named, with Rust from rustup.
#
#   build.sh [OUTPUT]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$(realpath --canonicalize-missing "${1:-$here/words.wasm}")

rustup target add wasm32-wasip2
cargo build --quiet --release --target wasm32-wasip2 --manifest-path "$here/Cargo.toml" --target-dir "$here/.tools"
cp "$here/.tools/wasm32-wasip2/release/words.wasm" "$output"
