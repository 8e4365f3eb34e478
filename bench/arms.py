"""Arms of a comparison, run with pgbench in turns."""

import json
import os
import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from stack import postgres
from stack.commands import tail
from stack.layout import Stack
from stack.say import Problem

from .requests import Caller

ROUNDS = int(os.environ.get("ROUNDS", "15"))
SECONDS = int(os.environ.get("SECONDS", "1"))


class Actor(Protocol):
    """Whoever sends a request."""

    def variables(self, role: str) -> dict[str, str]:
        """What the scripts' :names stand for."""


@dataclass(frozen=True)
class Arm:
    name: str
    role: str  # whom the transaction acts as
    script: str
    # Whoever sends it, or who does in a round; else a customer of load.sql, another one in each round.
    actor: Actor | Callable[[int], Actor] | None = None
    database: str = "postgres"
    server: Stack | None = None  # another one than the benchmark's
    clients: int = 1
    login: str = "postgres"
    serves: int = 1  # how many of what is counted a transaction serves
    seconds: int = SECONDS  # of a turn
    before: str = ""  # SQL for the owner, before each turn
    during: Callable[[Stack], AbstractContextManager[object]] = lambda stack: nullcontext()  # what else runs


@dataclass
class Series:
    """Microseconds of a transaction, or of what it serves, by arm; one figure for each round.

    One client: the median latency. Several: what a transaction takes of the clock, whoever sends it.
    """

    medians: dict[str, list[float]] = field(default_factory=dict)
    transactions: dict[str, int] = field(default_factory=dict)

    def median(self, arm: str) -> float:
        return statistics.median(self.medians[arm])

    def ratio(self, arm: str, yardstick: str) -> tuple[float, float, float]:
        """The ratio of the medians, and the smallest and largest ratio within one round."""
        each = [a / b for a, b in zip(self.medians[arm], self.medians[yardstick], strict=True)]
        return self.median(arm) / self.median(yardstick), min(each), max(each)


def in_turns(stack: Stack, arms: list[Arm]) -> Series:
    """Runs every arm for a moment, again and again: whatever slows the machine down meets all of them.

    Each round serves another customer and begins with another arm.
    """
    series = Series({arm.name: [] for arm in arms}, {arm.name: 0 for arm in arms})
    for number in range(ROUNDS):
        caller = Caller(1 + number * 61 % 1000)
        shift = number % len(arms)
        for arm in arms[shift:] + arms[:shift]:
            if arm.before:
                postgres.psql(stack, "postgres", arm.before, f"preparing arm `{arm.name}`")
            with arm.during(stack):
                actor = arm.actor(number) if callable(arm.actor) else arm.actor
                latencies = _pgbench(arm.server or stack, arm, actor or caller)
            figure = statistics.median(latencies) if arm.clients == 1 else arm.seconds * 1e6 / len(latencies)
            series.medians[arm.name].append(figure / arm.serves)
            series.transactions[arm.name] += len(latencies)
    return series


def _pgbench(stack: Stack, arm: Arm, actor: Actor) -> list[int]:
    """Latencies of whole transactions in microseconds: statements prepared once on each connection (-M prepared)."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "script.sql")
        script.write_text(arm.script)
        command = [str(stack.postgres_bin / "pgbench"), "-n", "-M", "prepared", "-T", str(arm.seconds), "-l", f"-f{script}"]
        command += [f"-c{arm.clients}", f"-j{arm.clients}"]
        for name, value in actor.variables(arm.role).items():
            command += ["-D", f"{name}={value}"]
        env = postgres.psql_environment(stack, arm.login) | {"PGDATABASE": arm.database}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        rows = [row for log in Path(folder).glob("pgbench_log.*") for row in log.read_text().splitlines()]
    if done.returncode != 0 or not rows:
        raise Problem(f"pgbench failed in arm `{arm.name}`:\n{tail(done.stderr, 20)}")
    # A clock that stands still or is set while a transaction runs says nothing about it.
    measured = [latency for latency in (int(row.split()[2]) for row in rows) if latency > 0]
    if not measured:
        raise Problem(f"the clock stood still while arm `{arm.name}` ran. Run the benchmark again.")
    return measured


def fill(script: str, variables: dict[str, str]) -> str:
    """The script with its :names replaced, for psql."""
    if not variables:
        return script
    literals = {name: "'" + value.replace("'", "''") + "'" for name, value in variables.items()}
    return re.sub(rf"(?<!:):({'|'.join(literals)})\b", lambda found: literals[found[1]], script)


def run_once(stack: Stack, arm: Arm, actor: Actor) -> str:
    """One transaction through psql; returns what it printed."""
    script = f"\\connect {arm.database}\n" + fill(arm.script, actor.variables(arm.role))
    return postgres.psql(stack, "postgres", script, f"running arm `{arm.name}` once")


def explain(stack: Stack, arm: Arm, actor: Actor) -> dict:
    """The executed plan of the arm's last query."""
    head, query = arm.script.rsplit("\nwith ", 1)
    planned = replace(arm, script=f"{head}\nexplain (analyze, buffers, format json) with {query}")
    output = run_once(stack, planned, actor)
    return json.loads(output[output.index("[\n"):])[0]
