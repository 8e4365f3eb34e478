"""Kills Postgres with its backends in the middle of a booking load, again and again, and looks at what is left.

    python3 -m tests.durability           (on the programs of a prepared test stack; KILLS=20)

Customers book through connections of their own, as PostgREST would, and write down what was acknowledged. After each
restart the bookings of all rounds are compared with the tables, and every call of the round is repeated with its key.
"""

import os
import random
import sys
from pathlib import Path

from stack import supervise
from stack.layout import Stack
from stack.say import Problem, line
from tests.cluster import beside_test_stack, start_postgres

from .load import book_until_killed, check

KILLS = int(os.environ.get("KILLS", "20"))
# How long a load goes on before the end comes, in seconds: short enough to meet its beginning too.
MOMENT = (0.1, 1.2)


def main() -> None:
    with beside_test_stack("durability", 4) as (stack, supervisor):
        calls = stack.path("run/calls.json")
        calls.write_text("[]")
        rounds = [one_round(stack, supervisor, calls) for _ in range(KILLS)]
    total = {name: sum(counts[name] for counts in rounds) for name in rounds[0]}
    if total["acknowledged"] < KILLS or total["unanswered"] < KILLS:
        raise Problem(f"the load was no load, so nothing is proved: {total}.")
    line(
        f"Figures: Postgres was killed {KILLS} times; {total['acknowledged']} bookings were acknowledged and are all there, "
        f"none twice; of {total['unanswered']} calls without an answer {total['committed']} turned out to be committed."
    )


def one_round(stack: Stack, supervisor: supervise.Supervisor, calls: Path) -> dict[str, int]:
    """One load, one kill, one restart. Returns counts: acknowledged, unanswered, and committed without an answer."""
    book_until_killed(stack, calls, random.uniform(*MOMENT))
    start_postgres(stack, supervisor)
    counts = check(stack, calls)
    line(f"killed and restarted: {counts}")
    return counts


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
