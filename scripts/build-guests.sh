#!/usr/bin/env bash
# Builds every program that the tests and the examples run in the sandbox.
#
#   scripts/build-guests.sh              build what is not up to date, into the folder guests of cargo's target folder
#   scripts/build-guests.sh --prebuilt   then also renew the modules that stand beside the examples' sources
#
# Rust guests use rustup's targets wasm32-wasip1 and wasm32-wasip2 where they are installed, else Debian's second Rust
# compiler; C guests use clang with wasi-libc. What is missing is installed with apt. Text modules need nothing.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# shellcheck source=scripts/lib/apt.sh
source "$repository/scripts/lib/apt.sh"
# shellcheck source=scripts/lib/target.sh
source "$repository/scripts/lib/target.sh"
# shellcheck source=scripts/lib/wasm.sh
source "$repository/scripts/lib/wasm.sh"

target=$(target_directory)
guests=$target/guests
build=$guests/.build
WASM_BUILD=$build

fail() {
    echo "build-guests: $*" >&2
    exit 1
}

# What has to be downloaded is so first: where it is then is among the flags of every build, see short_paths.
download() {
    local project
    for project in tests/guests/components examples/gpu; do
        cargo_for wasm32-wasip2 fetch --quiet --locked --manifest-path "$repository/$project/Cargo.toml" ||
            fail "what $project needs can't be downloaded"
    done
}

build_rust() {
    cargo_for wasm32-wasip1 build --quiet --release --locked --manifest-path "$repository/tests/guests/rust/Cargo.toml" --target-dir "$build/rust" ||
        fail "the Rust guests can't be built"
    local module
    for module in "$build"/rust/wasm32-wasip1/release/*.wasm; do
        keep "$module" "$guests/$(basename "$module")"
    done
}

build_components() {
    local folder module
    cargo_for wasm32-wasip2 build --quiet --release --locked --bins --examples \
        --manifest-path "$repository/tests/guests/components/Cargo.toml" --target-dir "$build/rust" ||
        fail "the components can't be built"
    folder=$build/rust/$(built_for wasm32-wasip2)/release
    for module in "$folder"/{component,p2}_*.wasm "$folder"/examples/p[23]_*.wasm; do
        # Libraries are there a second time, with a digest in their name.
        if [[ $(basename "$module") == *-* ]]; then continue; fi
        keep "$module" "$guests/$(basename "$module")"
    done
}

build_c() {
    local clang source module
    clang=$(wasi_clang) || fail "the C guests can't be built"
    for source in "$repository"/tests/guests/c/*.c; do
        module=$guests/$(basename "$source" .c)_c.wasm
        if is_newer "$module" "$source" "$repository"/tests/guests/c/*.h "${BASH_SOURCE[0]}"; then continue; fi
        "$clang" --target=wasm32-wasi -std=c17 -O2 -Wall -Wextra -Werror "$source" -o "$build/new.wasm" ||
            fail "$source can't be compiled"
        mv "$build/new.wasm" "$module"
    done
}

# The same programs in C as components.
build_c_components() {
    local clang linker start library source module
    clang=$(wasi_clang) && linker=$(component_linker) && start=$(component_start) ||
        fail "the components in C can't be built"
    library=$("$clang" --target=wasm32-wasi -print-libgcc-file-name)
    for source in "$repository"/tests/guests/c/*.c; do
        module=$guests/component_$(basename "$source" .c)_c.wasm
        if is_newer "$module" "$source" "$repository"/tests/guests/c/*.h "${BASH_SOURCE[0]}"; then continue; fi
        "$clang" --target=wasm32-wasi -std=c17 -O2 -Wall -Wextra -Werror -c "$source" -o "$build/new.o" ||
            fail "$source can't be compiled"
        "$linker" --wasm-ld-path="$(command -v wasm-ld-19 || command -v wasm-ld)" --wasi-adapter=command "$start" "$build/new.o" \
            -L/usr/lib/wasm32-wasi -lc "$library" -o "$build/new.wasm" || fail "$source can't be linked"
        mv "$build/new.wasm" "$module"
    done
}

# The examples that compute on GPUs: core modules, components, and a core module in C.
build_gpu_examples() {
    local project=$repository/examples/gpu module clang
    cargo_for wasm32-wasip1 build --quiet --release --locked --bins \
        --manifest-path "$project/Cargo.toml" --target-dir "$build/rust" ||
        fail "the examples for GPUs can't be built"
    cargo_for wasm32-wasip2 build --quiet --release --locked --examples --no-default-features --features webgpu \
        --manifest-path "$project/Cargo.toml" --target-dir "$build/rust" ||
        fail "the components for GPUs can't be built"
    for module in "$build"/rust/wasm32-wasip1/release/example_gpu_*.wasm \
        "$build/rust/$(built_for wasm32-wasip2)"/release/examples/example_gpu_*.wasm; do
        if [[ $(basename "$module") == *-* ]]; then continue; fi
        keep "$module" "$guests/$(basename "$module")"
    done

    module=$guests/example_gpu_saxpy_c.wasm
    if is_newer "$module" "$project/saxpy_c/saxpy.c" "$repository/guest/gpu/dayfly_gpu.h" "${BASH_SOURCE[0]}"; then return; fi
    clang=$(wasi_clang) || fail "the example in C can't be built"
    "$clang" --target=wasm32-wasi -std=c17 -Os -s -Wall -Wextra -Werror -I "$repository/guest/gpu" \
        "$project/saxpy_c/saxpy.c" -o "$build/new.wasm" || fail "the example in C can't be compiled"
    mv "$build/new.wasm" "$module"
}

# Whether the first file is there and newer than all the others.
is_newer() {
    local module=$1 source
    shift
    for source in "$@"; do
        [[ $module -nt $source ]] || return 1
    done
}

# Copies where the content differs, so that what is up to date keeps its time.
keep() {
    cmp --silent "$1" "$2" || install -m 644 "$1" "$2"
}

renew_prebuilt() {
    keep "$guests/example_hello.wasm" "$repository/examples/hello/hello.wasm"
    keep "$guests/example_files.wasm" "$repository/examples/files/word_count.wasm"
    keep "$guests/example_module.wasm" "$repository/examples/module/greet.wasm"
    keep "$guests/example_network.wasm" "$repository/examples/network/ask.wasm"
    keep "$guests/example_refused.wasm" "$repository/examples/refused/edit_input.wasm"
    keep "$guests/example_snapshot.wasm" "$repository/examples/snapshot/steps.wasm"
    local gpu=$repository/examples/gpu
    keep "$guests/example_gpu_saxpy_c.wasm" "$gpu/saxpy_c/saxpy.wasm"
    keep "$guests/example_gpu_saxpy_component.wasm" "$gpu/saxpy_component/saxpy.wasm"
    keep "$guests/example_gpu_matmul.wasm" "$gpu/matmul/matmul.wasm"
    keep "$guests/example_gpu_matmul_component.wasm" "$gpu/matmul_component/matmul.wasm"
    keep "$guests/example_gpu_blur.wasm" "$gpu/blur/blur.wasm"
    keep "$guests/example_gpu_mlp.wasm" "$gpu/mlp/mlp.wasm"
}

mkdir -p "$build"
# Two builds at a time would write the same files.
exec 9>"$build/lock"
flock 9
download
build_rust
build_components
build_c
build_c_components
build_gpu_examples
if [[ ${1:-} == --prebuilt ]]; then renew_prebuilt; fi
count=("$guests"/*.wasm)
echo "build-guests: ${#count[@]} modules in $guests"
