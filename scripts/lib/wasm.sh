# shellcheck shell=bash
# Building for WebAssembly: Rust with rustup's target where it is installed, else with Debian's second compiler; C with
# clang and wasi-libc. Sourced, not run. Needs apt.sh, and in WASM_BUILD a folder for what it makes on the way.

# cargo_for TARGET ARGUMENTS...: runs a cargo that can build for the target.
cargo_for() {
    local target=$1 cargo=cargo_from_debian
    shift
    if has_rustup_target "$target"; then cargo=cargo_from_rustup; fi
    # The caller's choice of a target or of wrappers is about the host's code.
    env_without_cargo "$cargo" "$target" "$@"
}

cargo_from_rustup() {
    local target=$1
    shift
    CARGO_ENCODED_RUSTFLAGS=$(flags) cargo "$@" --target "$target"
}

# flags FLAG...: flags as cargo takes them of which any may have a space; and those by which modules, in messages of theirs
# that name a line, don't tell where things are on this machine.
flags() {
    local folder IFS=$'\x1f'
    for folder in "$PWD/" "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
        set -- "$@" "--remap-path-prefix=$folder="
    done
    printf %s "$*"
}

# Debian's compiler stands beside rustup's and has no prebuilt standard library for the targets: it builds its own. A
# component is linked from what is built for wasm32-wasip1, by the linker that comes with rustup's toolchain.
cargo_from_debian() {
    local target=$1 own=() sysroot=/usr/lib/wasm32-wasi component_ld='' start=''
    shift
    install_packages rustc-web cargo-web rust-web-src lld-19 wasi-libc || return
    if [[ $target == wasm32-wasip2 ]]; then
        component_ld=$(component_linker) || return
        start=$(component_start) || return
        target=wasm32-wasip1
    fi
    if [[ $target == wasm32-wasip1 ]]; then
        if [[ ! -e $sysroot/crt1-command.o ]]; then
            echo "wasi-libc has no $sysroot/crt1-command.o" >&2
            return 1
        fi
        own=(-C link-self-contained=no -C "linker=$PWD/scripts/lib/link-wasm" -C linker-flavor=wasm-ld -L "$sysroot")
    fi
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_ENCODED_RUSTFLAGS=$(flags "${own[@]}") WASM_COMPONENT_LD=$component_ld WASM_START=$start \
        /usr/bin/cargo "$@" --target "$target" -Zbuild-std=std,panic_abort
}

# built_for TARGET: the folder, below cargo's target folder, of what cargo_for builds for the target.
built_for() {
    if [[ $1 == wasm32-wasip2 ]] && ! has_rustup_target "$1"; then
        echo wasm32-wasip1
    else
        echo "$1"
    fi
}

# component_linker: the linker of components; rustup's toolchains come with one.
component_linker() {
    local host linker
    host=$(rustc --version --verbose | sed --quiet 's/^host: //p')
    linker=$(rustc --print sysroot)/lib/rustlib/$host/bin/wasm-component-ld
    if [[ ! -x $linker ]]; then
        echo "there is no $linker: a toolchain from rustup has one" >&2
        return 1
    fi
    echo "$linker"
}

# component_start: the object file that a command starts with which becomes a component, see command.c.
component_start() {
    local object=${WASM_BUILD:?the folder to build in}/command.o clang
    if [[ ! $object -nt scripts/lib/command.c ]]; then
        clang=$(wasi_clang) || return
        "$clang" --target=wasm32-wasi -O2 -c scripts/lib/command.c -o "$object.new" || return
        mv "$object.new" "$object"
    fi
    echo "$object"
}

# wasi_clang: the newest clang here that makes WebAssembly; installs one where there is none.
wasi_clang() {
    find_clang && return
    install_packages clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32 >&2 || return
    find_clang || {
        echo "no clang here makes WebAssembly, not even after installing clang-19" >&2
        return 1
    }
}

find_clang() {
    local clang
    for clang in clang-19 clang; do
        if command -v "$clang" >/dev/null && compiles_wasi "$clang"; then
            echo "$clang"
            return
        fi
    done
    return 1
}

compiles_wasi() {
    echo 'int main(void) { return 0; }' |
        "$1" --target=wasm32-wasi -x c - -o "${WASM_BUILD:?the folder to build in}/probe.wasm" 2>/dev/null
}

# Asked about the toolchain that builds: with the same environment, in the same folder.
has_rustup_target() {
    command -v rustup >/dev/null &&
        env_without_cargo rustup target list --installed 2>/dev/null | grep --line-regexp "$1" >/dev/null
}

env_without_cargo() {
    (
        cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
        unset CARGO_TARGET_DIR CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS RUSTC_WRAPPER RUSTUP_TOOLCHAIN
        "$@"
    )
}
