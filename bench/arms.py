"""Arms of a comparison, run with pgbench in turns."""

import json
import os
import re
import statistics
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from stack import postgres
from stack.commands import tail
from stack.layout import Stack
from stack.say import Problem

from .requests import Caller

ROUNDS = int(os.environ.get("ROUNDS", "15"))
SECONDS = int(os.environ.get("SECONDS", "1"))


@dataclass(frozen=True)
class Arm:
    name: str
    role: str  # whom the transaction acts as; everybody logs in as the owner
    script: str


@dataclass
class Series:
    """The median latency of every round, in microseconds, by arm."""

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
            latencies = _pgbench(stack, arm, caller)
            series.medians[arm.name].append(statistics.median(latencies))
            series.transactions[arm.name] += len(latencies)
    return series


def _pgbench(stack: Stack, arm: Arm, caller: Caller) -> list[int]:
    """Latencies of whole transactions in microseconds: one connection, statements prepared once (-M prepared)."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "script.sql")
        script.write_text(arm.script)
        command = [str(stack.postgres_bin / "pgbench"), "-n", "-M", "prepared", "-T", str(SECONDS), "-l", f"-f{script}"]
        for name, value in caller.variables(arm.role).items():
            command += ["-D", f"{name}={value}"]
        env = postgres.psql_environment(stack, "postgres")
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        rows = [row for log in Path(folder).glob("pgbench_log.*") for row in log.read_text().splitlines()]
    if done.returncode != 0 or not rows:
        raise Problem(f"pgbench failed in arm `{arm.name}`:\n{tail(done.stderr)}")
    return [int(row.split()[2]) for row in rows]


def fill(script: str, variables: dict[str, str]) -> str:
    """The script with its :names replaced, for psql."""
    literals = {name: "'" + value.replace("'", "''") + "'" for name, value in variables.items()}
    return re.sub(rf"(?<!:):({'|'.join(literals)})\b", lambda found: literals[found[1]], script)


def run_once(stack: Stack, arm: Arm, caller: Caller) -> str:
    """One transaction through psql; returns what it printed."""
    script = fill(arm.script, caller.variables(arm.role))
    return postgres.psql(stack, "postgres", script, f"running arm `{arm.name}` once")


def explain(stack: Stack, arm: Arm, caller: Caller) -> dict:
    """The executed plan of the arm's last query."""
    head, query = arm.script.rsplit("\nwith ", 1)
    planned = Arm(arm.name, arm.role, f"{head}\nexplain (analyze, buffers, format json) with {query}")
    output = run_once(stack, planned, caller)
    return json.loads(output[output.index("[\n"):])[0]
