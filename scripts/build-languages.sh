#!/usr/bin/env bash
# Builds the program of examples/languages in every language, into the folder guests/languages of cargo's target
# folder: what is not up to date, with the example's own build.sh. What that installs stays in the target folder. A
# language whose tools can't be had here is skipped, and says so.
#
#   scripts/build-languages.sh [LANGUAGE...]
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# shellcheck source=scripts/lib/apt.sh
source "$repository/scripts/lib/apt.sh"
# shellcheck source=scripts/lib/target.sh
source "$repository/scripts/lib/target.sh"
# shellcheck source=scripts/lib/wasm.sh
source "$repository/scripts/lib/wasm.sh"

examples=$repository/examples/languages
guests=$(target_directory)/guests
languages=$guests/languages
build=$guests/.build
# For wasm.sh.
export WASM_BUILD=$build
# What a build.sh says when its tools can't be had.
UNAVAILABLE=69

# build LANGUAGE: builds it if need be.
build() {
    local language=$1 module=$languages/$1.wasm status=0
    if is_up_to_date "$module" "$examples/$language"; then return; fi
    rm -f "$module"
    "build_$language" "$language" "$languages/new.wasm" "$build/$language" || status=$?
    case $status in
    0) mv "$languages/new.wasm" "$module" ;;
    "$UNAVAILABLE") echo "skipped: the example in $language: its tools can't be installed here" ;;
    *)
        echo "build-languages: $examples/$language can't be built" >&2
        return 1
        ;;
    esac
}

# Whether the module is newer than every file of the example.
is_up_to_date() {
    [[ -e $1 ]] && [[ -z $(find "$2" -path "$2/.tools" -prune -o -type f -newer "$1" -print -quit) ]]
}

# The example asks rustup for a target; Debian's compiler stands in for it.
build_rust() {
    local target=wasm32-wasip2
    cargo_for $target build --quiet --release --locked --manifest-path "$examples/rust/Cargo.toml" \
        --target-dir "$build/rust" &&
        cp "$build/rust/$(built_for $target)/release/words.wasm" "$2"
}

build_c() {
    wasi_clang >/dev/null && "$examples/c/build.sh" "$2"
}

build_javascript() {
    if ! command -v npm >/dev/null; then install_packages nodejs npm || return "$UNAVAILABLE"; fi
    "$examples/javascript/build.sh" "$2" "$3"
}

build_python() {
    python3 -c 'import ensurepip' 2>/dev/null || install_packages python3-venv || return "$UNAVAILABLE"
    "$examples/$1/build.sh" "$2" "$3"
}

build_zig() {
    build_python "$@"
}

mkdir -p "$languages"
# Two builds at a time would write the same files.
exec 9>"$build/languages.lock"
flock 9
if [[ $# -eq 0 ]]; then set -- rust c javascript python zig; fi
for language in "$@"; do build "$language"; done
echo "build-languages: $(find "$languages" -name '*.wasm' | wc -l) modules in $languages"
