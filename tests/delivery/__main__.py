"""Sends what the database has to tell through the real gateway to servers of its own, and breaks things meanwhile.

    python3 -m tests.delivery             (on the programs of a prepared test stack; POINTS=50 faults of each kind)
"""

import sys

from stack.say import Problem

from . import chaos, receivers
from .stand import stand


def main() -> None:
    with stand("delivery", 5, **chaos.SETTINGS) as here:
        receivers.prove(here)
        chaos.prove(here)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
