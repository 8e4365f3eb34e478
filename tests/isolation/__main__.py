"""Plays every spec with Postgres' isolationtester, which runs sessions step by step and shows who waits for whom.

    python3 -m tests.isolation            (on the programs of a prepared test stack)

What a spec printed must be what `expected` has. UPDATE=1 writes what it prints now; read the difference before you
commit it.
"""

import difflib
import os
import sys
from pathlib import Path

from stack import postgres
from stack.commands import run
from stack.layout import CHECKOUT, Stack
from stack.say import Problem, line
from tests.cluster import beside_test_stack

HERE = Path(__file__).parent


def main() -> None:
    specs = sorted(HERE.glob("specs/*.spec"))
    with beside_test_stack("isolation", 3) as (stack, _):
        failures = [failure for spec in specs if (failure := judge(spec, play(stack, spec)))]
    if failures:
        raise Problem("\n".join(failures))


def play(stack: Stack, spec: Path) -> str:
    tester = stack.postgres_bin.parent / "lib/pgxs/src/test/isolation/isolationtester"
    env = postgres.psql_environment(stack, postgres.SUPERUSER) | {
        # An order of steps that hangs is a failure and not an endless wait.
        "PGISOLATIONTIMEOUT": "20",
        # Each session is rolled back in the end, also where nothing is left to roll back.
        "PGOPTIONS": "-c client_min_messages=error",
    }
    return run([tester, "dbname=postgres"], f"playing {spec.name}", env=env, stdin=spec.read_text())


def judge(spec: Path, printed: str) -> str | None:
    """The difference to what was expected, or None. Says how many orders of steps were played."""
    kept = HERE / f"expected/{spec.stem}.out"
    if os.environ.get("UPDATE") == "1":
        kept.write_text(printed)
    expected = kept.read_text() if kept.exists() else ""
    if printed == expected:
        line(f"ok: {spec.stem}, {printed.count('starting permutation')} orders of steps")
        return None
    names = (str(kept.relative_to(CHECKOUT)), f"what {spec.name} printed")
    difference = difflib.unified_diff(expected.splitlines(), printed.splitlines(), *names, lineterm="", n=4)
    return "\n".join(difference)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
