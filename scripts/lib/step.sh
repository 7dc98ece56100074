# shellcheck shell=bash
# Steps that are run one after the other, timed, and listed at the end. Sourced, not run.

step_rows=()

# skip WHY: says that the step had nothing to do.
skip() {
    echo "skipped: $*"
}

# run_steps [WANTED...] -- STEP...: runs those that are wanted, or all, and stops at the first that fails.
run_steps() {
    local wanted=() name
    while [[ $1 != -- ]]; do
        wanted+=("$1")
        shift
    done
    shift
    for name in "${wanted[@]}"; do
        if [[ " $* " != *" $name "* ]]; then
            echo "no such step: $name; there are: $*" >&2
            exit 2
        fi
    done
    if [[ ${#wanted[@]} -eq 0 ]]; then wanted=("$@"); fi
    trap 'summary' EXIT
    for name in "${wanted[@]}"; do step "$name"; done
}

# step NAME: runs the function of that name in a shell of its own, so that `set -e` holds inside.
step() {
    local name=$1 started=$SECONDS status=0
    echo "== $name"
    # `if` or `||` would switch `set -e` off within the function.
    set +e
    (
        set -e
        "$name"
    )
    status=$?
    set -e
    if [[ $status -ne 0 ]]; then
        record "$name" FAILED $((SECONDS - started))
        echo "FAILED: $name (exit status $status)" >&2
        exit 1
    fi
    record "$name" passed $((SECONDS - started))
}

record() {
    step_rows+=("$(printf '%-20s %-7s %5d s' "$@")")
    echo "== ${step_rows[-1]}"
}

summary() {
    if [[ ${#step_rows[@]} -eq 0 ]]; then return; fi
    echo
    printf '%s\n' "${step_rows[@]}"
    printf '%-28s %5d s\n' all "$SECONDS"
}
