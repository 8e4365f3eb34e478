"""Benchmark `pages`: the customer portal's main pages by Lighthouse, in Debian's Chromium, for a customer of the demo who is signed in."""

import json
import os
import statistics
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from stack import packages, portal
from stack.layout import Stack
from stack.say import Problem

from . import programs

PROGRAM = Path(__file__).parent / "lighthouse"
CUSTOMER, PASSWORD = "customer@acme-comfort.example", "portal-demo"
RUNS = int(os.environ.get("ROUNDS", "5"))
# Simulated: Lighthouse reckons from what it saw how long it takes on a phone four times as slow, with a slow network.
MARKS = {"desktop": 95, "phone": 90}
# The gateway shall not embed articles meanwhile.
QUIET = {"PORTAL_EMBEDDING_MODEL_DIRS": "", "PORTAL_KNOWLEDGE_POLL_MILLISECONDS": "0"}
CATEGORIES = ("performance", "accessibility", "best-practices")


def measure(stack: Stack) -> list[dict[str, Any]]:
    """Every run of every page: its scores and what they are made of."""
    portal.build()
    folder = programs.npm(stack, PROGRAM, "lighthouse", "Lighthouse")
    environment = os.environ | {"PORTAL_URL": stack.portal_url, "EMAIL": CUSTOMER, "PASSWORD": PASSWORD, "RUNS": str(RUNS)}
    with ExitStack() as services:
        for name in ("postgrest", "gateway", "nginx", "portal"):
            services.enter_context(programs.running(stack, name, **(QUIET if name == "gateway" else {})))
        command = [str(packages.node()), "measure.mjs"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(f"Lighthouse failed:\n{done.stderr[-2000:]}")
    return [json.loads(one) for one in done.stdout.splitlines()]


def rows(figures: list[dict[str, Any]]) -> list[list[str]]:
    """A line for each page and profile: the medians of its runs."""
    table = [["", *CATEGORIES, "spread of performance", "blocked, ms", "KiB", "mark", "verdict"]]
    for page, profile in dict.fromkeys((one["page"], one["profile"]) for one in figures):
        runs = [one for one in figures if (one["page"], one["profile"]) == (page, profile)]
        scores = [statistics.median(one[category] for one in runs) for category in CATEGORIES]
        spread = sorted(one["performance"] for one in runs)
        table.append([
            f"{page}, {profile}", *(f"{score:.0f}" for score in scores), f"{spread[0]} to {spread[-1]}",
            f"{statistics.median(one['total-blocking-time'] for one in runs):.0f}",
            f"{statistics.median(one['total-byte-weight'] for one in runs) / 1024:.0f}",
            str(MARKS[profile]), "met" if min(scores) >= MARKS[profile] else "missed",
        ])  # fmt: skip
    return table


def write(file: Path, figures: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(figures, indent=1))
