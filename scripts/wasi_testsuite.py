"""Runs the preview 1 programs of a copy of WebAssembly/wasi-testsuite with dayfly (Python 3.9 or newer).

usage: wasi_testsuite.py DAYFLY COPY [NAME...]

A program has its expectations beside it, in a JSON file of the same name; those that are missing have defaults.
Each program runs in a fresh copy of its root folder.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# A stream that is not mentioned may hold anything.
DEFAULTS = {"args": [], "root": None, "env": {}, "exit_code": 0, "stdout": None, "stderr": None}
PATIENCE_SECONDS = 120
# The programs of all languages; a copy that lost some would pass all the same.
PROGRAMS = 72


def expectations(program):
    """What the program needs and what it has to do."""
    path = program.with_suffix(".json")
    written = json.loads(path.read_text()) if path.exists() else {}
    unknown = written.keys() - DEFAULTS.keys()
    if unknown:
        raise ValueError(f"{path.name} has keys that this runner does not know: {', '.join(sorted(unknown))}")
    return {**DEFAULTS, **written}


def command(dayfly, program, expected, root):
    """The command line that runs the program."""
    line = [dayfly, "run", "--quiet", str(program)]
    if root:
        line += ["-v", f"{root}:/:rw"]
    for name, value in expected["env"].items():
        line += ["-e", f"{name}={value}"]
    return line + ["--"] + expected["args"]


def run(dayfly, program):
    """Runs one program and returns what was wrong, one text a finding."""
    try:
        expected = expectations(program)
    except ValueError as error:
        return [str(error)]
    with tempfile.TemporaryDirectory(prefix="wasi-testsuite-") as folder:
        root = None
        if expected["root"]:
            root = Path(folder) / "root"
            shutil.copytree(program.parent / expected["root"], root, symlinks=True)
        try:
            ended = subprocess.run(
                command(dayfly, program, expected, root),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env={"DAYFLY_HOME": str(Path(folder) / "home")},
                timeout=PATIENCE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return [f"still running after {PATIENCE_SECONDS} s"]
    got = {
        "exit_code": ended.returncode,
        "stdout": ended.stdout.decode(errors="replace"),
        "stderr": ended.stderr.decode(errors="replace"),
    }
    wrong = [what for what in got if expected[what] not in (None, got[what])]
    shown = wrong and sorted({*wrong, "stderr"})
    return [f"{what}: expected {expected[what]!r}, got {got[what]!r}" for what in shown]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    dayfly, copy, names = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    programs = sorted(copy.glob("tests/*/testsuite/wasm32-wasip1/*.wasm"))
    if names:
        programs = [program for program in programs if program.stem in names]
    elif len(programs) != PROGRAMS:
        sys.exit(f"{len(programs)} preview 1 programs in {copy}, where {PROGRAMS} should be")
    if not programs:
        sys.exit(f"no preview 1 programs of these names in {copy}")
    with ThreadPoolExecutor(max_workers=2) as pool:
        findings = list(pool.map(lambda program: run(dayfly, program), programs))
    failed = 0
    for program, wrong in zip(programs, findings):
        if wrong:
            failed += 1
            print(f"FAILED {program.relative_to(copy)}")
            for finding in wrong:
                print(f"    {finding}")
    print(f"{len(programs) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
