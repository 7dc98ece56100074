#!/usr/bin/env bash
# Builds the program of examples/languages in every language, into the folder guests/languages of cargo's target
# folder: what is not up to date, with the example's own build.sh. What that installs stays in the target folder. A
# language whose tools can't be had here is skipped, and says so. The projects that `dayfly new http` begins are built
# there, too, as function_LANGUAGE.wasm, and the programs of examples/gpu as gpu_LANGUAGE.wasm.
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
templates=$repository/src/new/templates
gpu_examples=$repository/examples/gpu
guests=$(target_directory)/guests
languages=$guests/languages
build=$guests/.build
# For wasm.sh.
export WASM_BUILD=$build
# What a build.sh says when its tools can't be had.
UNAVAILABLE=69

# build LANGUAGE: builds the example, and the function, if need be.
build() {
    build_from "$examples/$1" "$languages/$1.wasm" "build_$1" "$1" "$languages/new.wasm" "$build/$1"
    if [[ -d $templates/$1 ]]; then
        build_from "$templates/$1" "$languages/function_$1.wasm" function_in "$1"
    fi
    if [[ -d $gpu_examples/$1 ]]; then
        # What it computes by is a part of it.
        is_up_to_date "$languages/gpu_$1.wasm" "$repository/host-api/wit/webgpu-0.0.1" || rm -f "$languages/gpu_$1.wasm"
        build_from "$gpu_examples/$1" "$languages/gpu_$1.wasm" "on_gpu_in_$1" "$languages/new.wasm" "$build/$1"
    fi
}

# build_from FOLDER MODULE COMMAND...: has the command make new.wasm, unless the module is newer than the folder.
build_from() {
    local folder=$1 module=$2 status=0
    shift 2
    if is_up_to_date "$module" "$folder"; then return; fi
    rm -f "$module"
    "$@" || status=$?
    case $status in
    0) mv "$languages/new.wasm" "$module" ;;
    "$UNAVAILABLE") echo "skipped: $folder: its tools can't be installed here" ;;
    *)
        echo "build-languages: $folder can't be built" >&2
        return 1
        ;;
    esac
}

# function_in LANGUAGE: begins a project as `dayfly new http` does, and builds it as its README says, after the example,
# which has installed what that takes.
function_in() {
    local project=$build/function_$1 file
    rm -rf "$project"
    mkdir -p "$project/src"
    for file in "$templates/$1"/*; do
        case $(basename "$file") in
        manifest.toml) name_project <"$file" >"$project/Cargo.toml" ;;
        lib.rs) name_project <"$file" >"$project/src/lib.rs" ;;
        *) name_project <"$file" >"$project/$(basename "$file")" ;;
        esac
    done
    "function_in_$1" "$project"
}

name_project() {
    sed 's/{{name}}/hello/g'
}

function_in_rust() {
    local target=wasm32-wasip2
    cargo_for $target build --quiet --release --manifest-path "$1/Cargo.toml" --target-dir "$build/rust" &&
        cp "$build/rust/$(built_for $target)/release/function.wasm" "$languages/new.wasm"
}

function_in_c() {
    local clang
    clang=$(wasi_clang) && make --silent -C "$1" WASI_CLANG="$clang" && cp "$1/function.wasm" "$languages/new.wasm"
}

# The program for GPUs, with what the example has installed.
on_gpu_in_javascript() {
    if [[ ! -e $build/javascript/installed ]]; then return "$UNAVAILABLE"; fi
    "$gpu_examples/javascript/build.sh" "$1" "$2"
}

function_in_javascript() {
    if [[ ! -e $build/javascript/installed ]]; then return "$UNAVAILABLE"; fi
    ln -s "$build/javascript/node_modules" "$1/node_modules"
    (cd "$1" && npm run --silent build) && cp "$1/function.wasm" "$languages/new.wasm"
}

function_in_python() {
    if [[ ! -x $build/python/bin/componentize-py ]]; then return "$UNAVAILABLE"; fi
    (
        cd "$1"
        "$build/python/bin/componentize-py" --quiet -d function.wit -w function componentize function -o function.wasm
    ) && cp "$1/function.wasm" "$languages/new.wasm"
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
