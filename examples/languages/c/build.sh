#!/usr/bin/env bash
# Builds the component words.wasm, or the file that is named, with clang.
#
#   build.sh [OUTPUT]
#
# WASI_SDK_PATH names wasi-sdk, which has all that is needed. Without it: clang and wasi-libc (on Debian: clang-19,
# lld-19, wasi-libc, libclang-rt-19-dev-wasm32), and the linker that makes components, wasm-component-ld, which Rust's
# toolchains have and `cargo install wasm-component-ld` installs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$(realpath --canonicalize-missing "${1:-$here/words.wasm}")
flags=(-std=gnu17 -O2 -s -Wall -Wextra "$here/words.c" -o "$output")

if [[ -n ${WASI_SDK_PATH:-} ]]; then
    exec "$WASI_SDK_PATH/bin/clang" --target=wasm32-wasip2 "${flags[@]}"
fi
linker=$(command -v wasm-component-ld ||
    echo "$(rustc --print sysroot)"/lib/rustlib/*/bin/wasm-component-ld)
clang=$(command -v clang-19 || echo clang)
exec "$clang" --target=wasm32-wasi -fuse-ld="$linker" "${flags[@]}"
