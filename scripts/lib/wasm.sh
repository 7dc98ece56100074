# shellcheck shell=bash
# Building Rust for WebAssembly, with rustup's target where it is installed, else with Debian's second compiler. Sourced,
# not run. Needs apt.sh.

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
    RUSTFLAGS='' cargo "$@" --target "$target"
}

# Debian's compiler stands beside rustup's and has no prebuilt standard library for the targets: it builds its own.
cargo_from_debian() {
    local target=$1 flags='' sysroot=/usr/lib/wasm32-wasi
    shift
    install_packages rustc-web cargo-web rust-web-src lld-19 wasi-libc
    if [[ $target == wasm32-wasip1 ]]; then
        if [[ ! -e $sysroot/crt1-command.o ]]; then
            echo "wasi-libc has no $sysroot/crt1-command.o" >&2
            return 1
        fi
        flags="-C link-self-contained=no -C linker=/usr/bin/wasm-ld-19 -C linker-flavor=wasm-ld -L $sysroot -C link-arg=$sysroot/crt1-command.o"
    fi
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=$flags \
        /usr/bin/cargo "$@" --target "$target" -Zbuild-std=std,panic_abort
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
