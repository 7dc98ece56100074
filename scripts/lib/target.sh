# shellcheck shell=bash
# Where cargo builds. Sourced, not run. Needs apt.sh.

# target_directory: prints the target folder, be it named by CARGO_TARGET_DIR, by cargo's configuration or by nobody.
# A relative CARGO_TARGET_DIR starts at the repository, wherever the script was called.
target_directory() {
    local repository metadata
    command -v python3 >/dev/null || install_packages python3 >&2 || return
    repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd) || return
    metadata=$(cd "$repository" && cargo metadata --no-deps --format-version 1) || return
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])' <<<"$metadata"
}
