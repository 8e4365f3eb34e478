"""Benchmark `standby`: the same reads on a hot standby as on the primary, while nothing else happens."""

from dataclasses import replace

from stack.layout import Stack
from stack.say import Problem
from tests.standby.pair import standby_of

from . import arms
from .arms import Series
from .requests import Caller
from .views import View

PRIMARY, STANDBY = "primary", "standby"


def measure(stack: Stack, views: list[View]) -> dict[str, Series]:
    """Transactions as PostgREST sends them, by view."""
    with standby_of(stack, 15) as (pair, _):
        measured = {}
        for view in views:
            both = [replace(view.arm(), name=name, server=server) for name, server in ((PRIMARY, stack), (STANDBY, pair.standby))]
            answers = [arms.run_once(arm.server or stack, arm, Caller(7)) for arm in both]
            if answers[0] != answers[1]:
                raise Problem(f"primary and standby answer different rows of `{view.name}`:\n{answers}")
            measured[view.name] = arms.in_turns(stack, both)
    return measured
