"""A booking load whose database is killed, and a look at what is left of it."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from stack import packages, postgres, supervise
from stack.commands import run, tail
from stack.layout import Stack
from stack.say import Problem
from tests.waiting import wait_until

LOAD = Path(__file__).with_name("load.mjs")
CHECK = Path(__file__).with_name("check.mjs")
# More visits than a load can book before the end comes; each round has a company of its own.
COMPANY = """
  call busy.open(40, array['08:00', '10:30', '13:00', '15:30', '18:00']::time[], 5);
  call busy.customers(array['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']);
"""


def book_until_killed(stack: Stack, calls: Path, seconds: float) -> None:
    """A new company is booked for a while, then Postgres is killed. `calls` notes what was answered."""
    postgres.psql(stack, "postgres", COMPANY, "making the round's company")
    said = stack.path("log/load.log")
    with open(said, "wb") as output:
        load = subprocess.Popen([packages.node(), LOAD, calls], env=environment(stack), stdout=output, stderr=output)
    try:
        wait_until(lambda: said.stat().st_size > 0, "the first booking")
        time.sleep(seconds)
        kill(stack)
        if load.wait(timeout=30) != 0:
            raise Problem(f"the load failed:\n{tail(said.read_text(), 15)}")
    finally:
        load.kill()


def check(stack: Stack, calls: Path) -> dict[str, int]:
    """All that was acknowledged is there, and calls that are repeated have one effect. Returns counts: acknowledged,
    unanswered, and committed without an answer.
    """
    counts: dict[str, int] = json.loads(run([packages.node(), CHECK, calls], "checking what is left", env=environment(stack)))
    return counts


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
