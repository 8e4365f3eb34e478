"""`make bench` (ONLY=views: some; ROUNDS, SECONDS: longer or shorter; KEEP=1: leave the database up)."""

import os
from collections.abc import Callable

from stack.layout import Stack
from stack.say import Problem, line, step

from . import arms, database, report, views

RESULTS = "results"


def run_views(stack: Stack) -> None:
    verdicts, measured = [], {}
    for view in views.VIEWS:
        step(f"views: {view.name}")
        series, remarks = views.measure(stack, view)
        measured[view.name] = series
        verdicts.append(report.Verdict(view.name, series, "view", "look-up", view.mark, remarks))
    step("views: the parts of a request")
    measured["parts"] = arms.in_turns(stack, views.PARTS)
    line("\nA customer reads a list through a view (`view`), against the owner who looks the account up (`look-up`):")
    report.table(verdicts, [("first use", "look-up"), ("view", "told")])
    line("\nThe parts of such a request:")
    report.parts(measured["parts"], views.PARTS[0].name)
    report.write(stack.path(RESULTS, "views.json"), measured)


BENCHMARKS: dict[str, Callable[[Stack], None]] = {"views": run_views}


def run_all() -> int:
    """Measures on a throwaway database. A missed mark is a finding, no error: the machine is never quiet enough."""
    wanted = os.environ.get("ONLY", "").replace(",", " ").split() or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        raise Problem(f"ONLY names no benchmark: {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.")
    with database.loaded() as stack:
        for name in wanted:
            BENCHMARKS[name](stack)
    return 0
