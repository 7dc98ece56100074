#!/usr/bin/env bash
# Shows that the tests of `kill -9` can fail: builds copies of dayfly in each of which one rename is missing, so that
# something is made where it can be seen rather than moved there, and runs the tests on them. It takes minutes.
#
#   scripts/broken-rename.sh
#
# CARGO_TARGET_DIR   where to build; the copies use a folder in it
# DAYFLY_KILLS       runs that are killed in each copy (default 100)
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"
# shellcheck source=scripts/lib/apt.sh
source scripts/lib/apt.sh
# shellcheck source=scripts/lib/target.sh
source scripts/lib/target.sh

target=$(target_directory)
copy=$(mktemp --directory)
trap 'rm -rf "$copy"' EXIT
scripts/build-guests.sh >/dev/null
export DAYFLY_KILLS=${DAYFLY_KILLS:-100} CARGO_TARGET_DIR=$target/broken-rename
mkdir -p "$CARGO_TARGET_DIR"
cp -r "$target/guests" "$CARGO_TARGET_DIR/"

# broken NAME FILE CHANGE WORDS: once the Python text CHANGE has changed the text `s` of the file, the tests fail with
# these words.
broken() {
    local name=$1 file=$2 change=$3 words=$4 log=$copy.log
    rm -rf "${copy:?}"/*
    git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --target-directory "$copy"
    python3 - "$copy/$file" "$change" <<'EOF'
import sys
path, change = sys.argv[1:]
with open(path) as file:
    names = {"s": file.read()}
before = names["s"]
exec(change, names)
if names["s"] == before:
    sys.exit(f"{path} is not what this script was written for")
with open(path, "w") as file:
    file.write(names["s"])
EOF
    if (cd "$copy" && cargo test --workspace --all-features --test cli kills::) >"$log" 2>&1; then
        echo "$name: the tests pass, and should not"
        return 1
    fi
    if ! grep --quiet "$words" "$log"; then
        tail -n 50 "$log"
        echo "$name: the tests fail, but not with \`$words\`"
        return 1
    fi
    echo "$name: $(grep --max-count 1 --only-matching "$words.*" "$log" | cut -c1-120)"
    rm "$log"
}

# An archive is written under the name that it has in the end.
broken "archives" runtime/core/src/publish.rs '
import re
s = re.sub(r"let partial = self\.folder\.join\(.*?\);", "let partial = to.clone();", s)
' "half an archive"

# An execution is put together where it will be; what was not finished is not removed, as after a kill.
broken "executions" runtime/core/src/folder.rs '
s = s.replace("""let path = room.join(format!("{STAGING_PREFIX}{id}"));""", """let path = if destination.exists() {
            room.join(format!("{STAGING_PREFIX}{id}"))
        } else {
            destination.to_owned()
        };""")
s = s.replace("let Err(error) = tree::remove(&self.path)", """let Err(error) = tree::remove(&self.path.join("x"))""")
' "half an execution"
