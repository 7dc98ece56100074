#!/usr/bin/env bash
# How quick dayfly is beside `wasmtime run`, each as it ships: time, processor time, peak memory and system calls of
# whole processes. Tools that everybody has: hyperfine, strace, GNU time. docs/performance.md says what came of it.
#
#   scripts/bench.sh             everything
#   scripts/bench.sh run         starting: a module that does nothing, a job file with an input and a result
#   scripts/bench.sh fs          files: 64 MiB in calls of 4 KiB, 10,000 small ones
#   scripts/bench.sh cpu         computing: hash, JSON, regular expressions, matrices, compression
#   scripts/bench.sh components  components: one that says a word, and 64 MiB of files
#   scripts/bench.sh snapshot    a program with a table of 20 MB from its snapshot, beside the program itself
#   scripts/bench.sh http        functions, beside `wasmtime serve`, plain hyper and workerd (needs wrk, h2load and npm)
#   scripts/bench.sh limits      the same with every limit set; shares of the processor; its account beside the kernel's
#
# DAYFLY     the binary (default: built with --release)
# WASMTIME   the one to compare with (default: the one in PATH)
# RUNS       of each command in `run` (default 300; the others take a tenth)
# TMPDIR     where the guests' files lie
#
# On a machine that does other things too, only the columns of processor time and system calls mean much.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"

# shellcheck source=scripts/lib/apt.sh
source scripts/lib/apt.sh
# shellcheck source=scripts/lib/target.sh
source scripts/lib/target.sh

fail() {
    echo "bench: $*" >&2
    exit 1
}

tools() {
    local tool
    for tool in hyperfine strace time python3; do
        # The shell has a `time` of its own, which knows nothing of memory.
        type -P "$tool" >/dev/null || install_packages "$tool"
    done
    wasmtime=${WASMTIME:-$(type -P wasmtime || true)}
    [[ -n $wasmtime ]] ||
        fail "there is no wasmtime to compare with; \`cargo install wasmtime-cli --version 48.0.8 --locked\` builds it"
    if [[ -z ${DAYFLY:-} ]]; then
        cargo build --quiet --release
        DAYFLY=$(target_directory)/release/dayfly
    fi
    scripts/build-guests.sh >/dev/null
    guests=$(target_directory)/guests
}

machine() {
    echo "$(nproc) processors: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
    echo "$(uname -sr), $(df --output=fstype "$work" | tail -n 1) beneath the guests' files"
    echo "$("$DAYFLY" --version), $(du --apparent-size --block-size=1000000 "$DAYFLY" | cut -f1) MB;" \
        "$("$wasmtime" --version)"
    echo
}

# compare NAME RUNS DAYFLY-COMMAND WASMTIME-COMMAND: prints a row of the table.
compare() {
    scripts/lib/compare.py "$@"
}

heading() {
    scripts/lib/compare.py --heading
}

# The smallest command that there is, in binary form.
noop_module() {
    printf '\0asm\1\0\0\0\1\4\1\x60\0\0\3\2\1\0\5\3\1\0\1\7\x13\2\6memory\2\0\6_start\0\0\xa\4\1\2\0\xb' >"$1"
}

run() {
    local runs=${RUNS:-300}
    noop_module "$work/noop.wasm"
    compare "run noop.wasm" "$runs" \
        "$DAYFLY run $work/noop.wasm" \
        "$wasmtime run $work/noop.wasm"
    mkdir -p "$work/texts" "$work/upper"
    echo "a quiet word" >"$work/texts/a.txt"
    cp "$guests/uppercase.wasm" "$work"
    cat >"$work/job.yaml" <<-'JOB'
	Name: shout
	Type: batch
	Tasks:
	  - Name: main
	    Engine:
	      Type: wasm
	      Params: {EntryModule: uppercase.wasm, Parameters: [/texts/a.txt, /upper/a.txt]}
	    InputSources:
	      - Source: {Type: localDirectory, Params: {SourcePath: texts}}
	        Target: /texts
	    ResultPaths:
	      - {Name: upper, Path: /upper}
	JOB
    compare "run job.yaml" "$runs" \
        "$DAYFLY run $work/job.yaml" \
        "$wasmtime run --dir $work/texts::/texts --dir $work/upper::/upper $work/uppercase.wasm /texts/a.txt /upper/a.txt"
}

fs() {
    local guest
    mkdir -p "$work/root"
    for guest in large_file small_files; do
        compare "$guest" "$(tenth)" \
            "$DAYFLY run $guests/bench_$guest.wasm" \
            "$wasmtime run --dir $work/root::/ $guests/bench_$guest.wasm"
    done
}

cpu() {
    local guest
    for guest in hash json regex matrix compress; do
        compare "$guest" "$(tenth)" \
            "$DAYFLY run $guests/bench_$guest.wasm" \
            "$wasmtime run $guests/bench_$guest.wasm"
    done
}

components() {
    local guest
    compare "component that says a word" "${RUNS:-300}" \
        "$DAYFLY run $guests/component_return_normally.wasm" \
        "$wasmtime run $guests/component_return_normally.wasm"
    mkdir -p "$work/root"
    guest=component_bench_large_file
    compare "large_file as a component" "$(tenth)" \
        "$DAYFLY run $guests/$guest.wasm" \
        "$wasmtime run --dir $work/root::/ $guests/$guest.wasm"
    mkdir -p "$work/large"
    head --bytes 64M /dev/zero >"$work/large/large"
    compare "64 MiB read by a stream of 0.3" "$(tenth)" \
        "$DAYFLY run --wasi03 --allow-dir $work/large -v $work/large:/ tests/guests/wat/read_by_streams.wat" \
        "$wasmtime run -S p3 -W component-model-async,component-model-more-async-builtins --dir $work/large::/ \
        tests/guests/wat/read_by_streams.wat"
}

# Both columns are dayfly's here: the snapshot, and the program that it was made of.
snapshot() {
    "$DAYFLY" module snapshot -q "$guests/example_snapshot.wasm" -o "$work/quick.wasm"
    compare "answer from a table: snapshot, program" "$(tenth)" \
        "$DAYFLY run $work/quick.wasm -- 27" \
        "$DAYFLY run $guests/example_snapshot.wasm -- 27"
}

limits() {
    local guest
    for guest in hash json; do
        compare "$guest, limited" "$(tenth)" \
            "$DAYFLY run --cpu-time 1h --timeout 1h --memory 1GB --disk 1GB $guests/bench_$guest.wasm" \
            "$wasmtime run $guests/bench_$guest.wasm"
    done
    echo
    # Long runs of one guest each, on a machine that does nothing else.
    scripts/lib/limits.py "$DAYFLY" "$work"
}

# All servers as they ship; scripts/lib/functions.py says how, and what can be chosen.
http() {
    local tool hyper workerd=""
    for tool in wrk h2load; do
        type -P "$tool" >/dev/null || install_packages wrk nghttp2-client
    done
    cargo build --quiet --release --package dayfly-serve --example plain_hyper
    hyper=$(target_directory)/release/examples/plain_hyper
    if type -P npm >/dev/null && npm install --silent --prefix "$guests/.build/workerd" workerd >/dev/null; then
        workerd=$guests/.build/workerd/node_modules/.bin/workerd
    else
        echo "workerd is left out: npm can't install it" >&2
    fi
    scripts/lib/functions.py "$DAYFLY" "$wasmtime" "$hyper" "$workerd" "$guests" "$work"
}

tenth() {
    local runs=${RUNS:-300}
    echo $((runs < 20 ? 2 : runs / 10))
}

wanted=("$@")
if [[ ${#wanted[@]} -eq 0 ]]; then wanted=(run fs cpu components snapshot limits http); fi
for part in "${wanted[@]}"; do
    [[ " run fs cpu components snapshot limits http " == *" $part "* ]] ||
        fail "no such part: $part; there are: run fs cpu components snapshot limits http"
done
tools
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
export DAYFLY_HOME=$work/home
machine
if [[ ${wanted[*]} != http ]]; then heading; fi
for part in "${wanted[@]}"; do "$part"; done
