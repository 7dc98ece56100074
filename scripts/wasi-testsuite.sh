#!/usr/bin/env bash
# Runs the programs of WebAssembly/wasi-testsuite (branch prod/testsuite-base) with dayfly: all of
# preview 1 and of WASI 0.3.
#
#   WASI_TESTSUITE=<copy> scripts/wasi-testsuite.sh [NAME...]
#
# DAYFLY names the binary to try; without it the one of the debug profile is built.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# shellcheck source=scripts/lib/apt.sh
source "$repository/scripts/lib/apt.sh"
# shellcheck source=scripts/lib/target.sh
source "$repository/scripts/lib/target.sh"

if [[ ! -d ${WASI_TESTSUITE:-} ]]; then
    echo "skipped: no copy of wasi-testsuite (WASI_TESTSUITE names one)"
    exit 0
fi
copy=$(cd "$WASI_TESTSUITE" && pwd)

if [[ -z ${DAYFLY:-} ]]; then
    (cd "$repository" && cargo build --quiet --bin dayfly)
    DAYFLY=$(target_directory)/debug/dayfly
fi
python3 "$repository/scripts/wasi_testsuite.py" "$DAYFLY" "$copy" "$@"
