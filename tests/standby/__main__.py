"""Reads from a streaming standby, then lets it take over.

    python3 -m tests.standby              (on the programs of a prepared test stack)

The standby and its PostgREST are set up as docs/operations.md says, by its own commands.
"""

import sys

from stack.say import Problem, step

from . import inside, promotion, reads, writes
from .pair import pair


def main() -> None:
    with pair() as here:
        step("Asking the primary and the standby the same")
        reads.prove(here)
        inside.prove(here)
        writes.are_refused(here)
        writes.schema_reaches(here)
        promotion.prove(here)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
