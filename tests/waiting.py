"""Waiting for something that comes about in another process."""

import time
from collections.abc import Callable

from stack.say import Problem

# How long anything may take to come about on a busy machine, in seconds.
PATIENCE = 30.0


def wait_until(come: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Returns as soon as `come` answers something true; that it does not within `patience` seconds is a failure."""
    deadline = time.monotonic() + patience
    while not come():
        if time.monotonic() > deadline:
            raise Problem(f"{what} did not come within {patience:g} s.")
        time.sleep(0.02)
