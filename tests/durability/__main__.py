"""Kills Postgres with its backends in the middle of a booking load, again and again, and looks at what is left.

    python3 -m tests.durability           (on the programs of a prepared test stack; KILLS=20)

Customers book through connections of their own, as PostgREST would, and write down what was acknowledged. After each
restart the bookings of all rounds are compared with the tables, and every call of the round is repeated with its key.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from stack import packages, postgres, supervise
from stack.commands import run, tail
from stack.layout import Stack
from stack.say import Problem, line
from tests.cluster import beside_test_stack, start_postgres

KILLS = int(os.environ.get("KILLS", "20"))
LOAD = Path(__file__).with_name("load.mjs")
CHECK = Path(__file__).with_name("check.mjs")
# More visits than a load can book before the end comes; each round has a company of its own.
COMPANY = """
  call busy.open(40, array['08:00', '10:30', '13:00', '15:30', '18:00']::time[], 5);
  call busy.customers(array['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']);
"""
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
    postgres.psql(stack, "postgres", COMPANY, "making the round's company")
    env = environment(stack)
    said = stack.path("log/load.log")
    with open(said, "wb") as output:
        load = subprocess.Popen([packages.node(), LOAD, calls], env=env, stdout=output, stderr=output)
    try:
        wait_until(lambda: said.stat().st_size > 0, "the first booking")
        time.sleep(random.uniform(*MOMENT))
        kill(stack)
        if load.wait(timeout=30) != 0:
            raise Problem(f"the load failed:\n{tail(said.read_text(), 15)}")
    finally:
        load.kill()
    start_postgres(stack, supervisor)
    counts: dict[str, int] = json.loads(run([packages.node(), CHECK, calls], "checking what is left", env=env))
    line(f"killed and restarted: {counts}")
    return counts


def wait_until(come: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not come():
        if time.monotonic() > deadline:
            raise Problem(f"{what} did not come within 30 s.")
        time.sleep(0.02)


def environment(stack: Stack) -> dict[str, str]:
    return os.environ | stack.environment() | {
        "PORTAL_NODE_MODULES": str(packages.tools() / "npm/node_modules"),
        "AUTHENTICATOR_URL": stack.database_url("authenticator"),
    }  # fmt: skip


def kill(stack: Stack) -> None:
    """SIGKILL for the postmaster and all its children, so that nothing is flushed and nobody says goodbye.

    It is stopped first: otherwise it might start another child between the look and the kill.
    """
    record = supervise.Record.read(supervise.pid_file(stack, "postgres"))
    if record is None or not record.alive():
        raise Problem("Postgres was gone before it was killed.")
    os.kill(record.pid, signal.SIGSTOP)
    children = [supervise.Record.of(pid) for pid in children_of(record.pid)]
    family = [record, *filter(None, children)]
    for process in family:
        os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not any(process.alive() for process in family), "the end of Postgres")


def children_of(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listed.split()]


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
