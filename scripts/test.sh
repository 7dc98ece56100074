#!/usr/bin/env bash
# Everything that has to hold before a change lands, in the order of what is quickest to tell. CI runs this and
# nothing else.
#
#   scripts/test.sh              all steps
#   scripts/test.sh STEP...      only these (see the list at the end)
#
# CARGO_TARGET_DIR   where to build
# DAYFLY_SOAK        seconds that each fuzz target runs for (default 5, 0 skips them)
# WASI_TESTSUITE     a copy of WebAssembly/wasi-testsuite
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"
exec </dev/null
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}

# shellcheck source=scripts/lib/apt.sh
source scripts/lib/apt.sh
# shellcheck source=scripts/lib/step.sh
source scripts/lib/step.sh
# shellcheck source=scripts/lib/target.sh
source scripts/lib/target.sh
# shellcheck source=scripts/lib/wasm.sh
source scripts/lib/wasm.sh
# shellcheck source=scripts/lib/swiftshader.sh
source scripts/lib/swiftshader.sh

tools() {
    command -v cargo >/dev/null || {
        echo "cargo is missing: https://rustup.rs installs it"
        return 1
    }
    command -v cc >/dev/null || install_packages gcc libc6-dev
    command -v python3 >/dev/null || install_packages python3
    command -v groff >/dev/null || install_packages groff-base
    # A GPU that is a program, for the tests of those.
    if compgen -G '/usr/share/vulkan/icd.d/lvp_icd.*.json' >/dev/null; then :; else
        install_packages libvulkan1 mesa-vulkan-drivers || echo "tests of GPUs that need one are skipped"
    fi
    if ! cargo nextest --version >/dev/null 2>&1; then
        echo "installing with cargo: cargo-nextest"
        cargo install --quiet --locked cargo-nextest || echo "that failed; \`cargo test\` stands in for it"
    fi
}

guests() {
    scripts/build-guests.sh
    scripts/build-languages.sh
}

format() {
    cargo fmt --all -- --check -l
    find tests/guests/rust tests/guests/components examples guest \( -name target -o -name .tools \) -prune -o -name '*.rs' -exec rustfmt --check -l --edition 2021 --config-path . {} +
    rustfmt --check -l --edition 2024 --config-path . fuzz/src/*.rs fuzz/fuzz_targets/*.rs
}

lints() {
    cargo clippy --quiet --workspace --all-targets --all-features -- --deny warnings
    # What guests are written with is no part of the workspace.
    cargo clippy --quiet --manifest-path guest/gpu/Cargo.toml --target-dir "$(target_directory)" -- --deny warnings
}

unit_and_black_box() {
    # Where there is that GPU, no test may say that there is none.
    if compgen -G '/usr/share/vulkan/icd.d/lvp_icd.*.json' >/dev/null; then
        export DAYFLY_TESTS_NEED_GPU=1
        DAYFLY_TESTS_SWIFTSHADER=$(swiftshader) || echo "SwiftShader can't be fetched"
        export DAYFLY_TESTS_SWIFTSHADER
    fi
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --profile ci --cargo-quiet --workspace --all-features --no-fail-fast \
            --show-progress none --status-level slow --final-status-level slow
        skipped_by_tests target/nextest/ci/junit.xml
    else
        cargo test --quiet --workspace --all-features --no-fail-fast -- --show-output
    fi
}

# Prints what tests said that they skip: they pass, and so nobody sees it otherwise.
skipped_by_tests() {
    python3 -c '
import sys
from xml.etree import ElementTree
for test in ElementTree.parse(sys.argv[1]).iter("testcase"):
    for line in test.findtext("system-out", "").splitlines():
        if "skipped: " in line:
            print(test.get("name") + ":", line[line.index("skipped: "):])
' "$1"
}

documentation() {
    cargo test --quiet --workspace --all-features --doc
    RUSTDOCFLAGS='--deny warnings' cargo doc --quiet --workspace --all-features --no-deps
}

# The binaries that the tests use: alone they would be built with other features of their dependencies, that is, anew.
binaries() {
    cargo build --quiet --workspace --all-features --tests --examples
}

# As a reader of the README would run them; what they print is checked by the tests.
examples() {
    local built dayfly folder name
    binaries
    built=$(target_directory)/debug
    dayfly=$built/dayfly
    folder=$(mktemp --directory)
    DAYFLY_HOME=$folder/home "$dayfly" run examples/hello/job.yaml
    DAYFLY_HOME=$folder/home "$dayfly" run examples/files/job.yaml -o "$folder/counts"
    DAYFLY_HOME=$folder/home "$dayfly" run examples/legacy/job.yaml
    DAYFLY_HOME=$folder/home "$dayfly" run examples/module/greet.wasm -e GREETING=Welcome -- Ada Grace
    if DAYFLY_HOME=$folder/home "$dayfly" run examples/refused/job.yaml; then
        echo "examples/refused was allowed"
        return 1
    fi
    if DAYFLY_GPU=software "$dayfly" gpu >/dev/null 2>&1; then
        for name in saxpy saxpy_c saxpy_component matmul matmul_component mlp; do
            DAYFLY_GPU=software DAYFLY_HOME=$folder/home "$dayfly" run --wasi03 "examples/gpu/$name/job.yaml"
        done
        DAYFLY_GPU=software DAYFLY_HOME=$folder/home "$dayfly" run examples/gpu/blur/job.yaml -o "$folder/blurred"
    fi
    for name in embed live thousand; do
        DAYFLY_HOME=$folder/home "$built/examples/$name"
    done
    rm -r "$folder"
}

# Each feature of each crate by itself, and each crate without any.
features() {
    local metadata rows package feature
    metadata=$(cargo metadata --format-version 1 --no-deps)
    rows=$(features_in <<<"$metadata")
    while read -r package feature; do
        echo "$package ${feature:-(none)}"
        cargo check --quiet --package "$package" --no-default-features ${feature:+--features "$feature"}
    done <<<"$rows"
    # Components that compute, and no WASI 0.3.
    for package in dayfly-host-api dayfly-wasm; do
        echo "$package components gpu"
        cargo check --quiet --package "$package" --no-default-features --features components,gpu
    done
}

# Prints the crates of cargo's metadata, and a line for each of their features.
features_in() {
    python3 -c '
import json, sys
packages = json.load(sys.stdin)["packages"]
if not packages:
    sys.exit("cargo names no crates")
for package in packages:
    print(package["name"])
    for feature in package["features"]:
        if feature != "default":
            print(package["name"], feature)
'
}

# What reads job files runs in a browser too: it has neither files nor a clock there.
spec_in_a_browser() {
    local folder
    folder=$(target_directory)/browser
    cargo_for wasm32-unknown-unknown build --quiet --locked --package dayfly-spec --lib --target-dir "$folder"
}

fuzzing() {
    local soak=${DAYFLY_SOAK:-5} names name known
    if [[ $soak -eq 0 ]]; then skip "DAYFLY_SOAK is 0" && return; fi
    if ! cargo +nightly --version >/dev/null 2>&1; then skip "no nightly compiler here" && return; fi
    if ! cargo +nightly fuzz --version >/dev/null 2>&1; then
        echo "installing with cargo: cargo-fuzz"
        cargo install --quiet --locked cargo-fuzz
    fi
    # What libFuzzer itself is built with.
    command -v c++ >/dev/null || install_packages g++
    names=$(cargo +nightly fuzz list)
    if [[ -z $names ]]; then echo "fuzz/ has no targets" && return 1; fi
    # The versions that are tested are those that are fuzzed.
    cp Cargo.lock fuzz/Cargo.lock
    # Without a sanitizer: the code that runs is safe Rust, and building takes half the time.
    cargo +nightly fuzz build --sanitizer none
    for name in $names; do
        known=fuzz/corpus/$name
        mkdir -p "$known"
        echo "$name, $soak s"
        cargo +nightly fuzz run --sanitizer none "$name" "$known" "fuzz/seeds/$name" -- \
            -max_total_time="$soak" -verbosity=0 -print_final_stats=0
    done
}

benches() {
    cargo test --quiet --workspace --all-features --benches
}

wasi_testsuite() {
    binaries
    local dayfly
    dayfly=$(target_directory)/debug/dayfly
    DAYFLY=$dayfly scripts/wasi-testsuite.sh
}

run_steps "$@" -- tools guests format lints unit_and_black_box documentation examples features spec_in_a_browser \
    fuzzing benches wasi_testsuite
